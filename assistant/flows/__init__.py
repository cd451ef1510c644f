"""One business process a file: ordinary, testable code that turns a command into say-acts."""
