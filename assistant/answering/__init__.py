"""Say-acts and evidence -> text: composed, written, grounded."""
