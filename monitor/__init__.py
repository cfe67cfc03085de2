"""Announcement Monitor: film and TV production news, told once, with the proof."""

__version__ = "0.1.0"
