"""How results look and read: style, wording, tables, charts and the page a notebook writes."""
