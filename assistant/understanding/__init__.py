"""Words -> Commands. Rules first, a few-shot classifier where they are silent, a language model where one is served."""
