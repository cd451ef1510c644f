"""Peers under the same load, on the same machine: Chainlit and Rasa with a scripted reply. README.md has the commands."""
