"""Privacy: consent by purpose, legal holds, retention, export, masking. Above: channels. Below: the log, small tables, sealing."""
