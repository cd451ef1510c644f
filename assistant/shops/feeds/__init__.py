"""Feeds: the files that a shop's data comes in. One module a format; `reading` finds the right one."""
