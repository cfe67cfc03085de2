"""Measurements that are run by hand, each with its own texts."""
