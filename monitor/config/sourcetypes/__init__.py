"""`sources.yaml` by source type: what each type can be told, one family of types a file."""
