"""Product descriptions written from the attributes by rules, not by a model, in English and Chinese.

`description.write_description` writes one, `checker.unsupported` tells what in a text is not in the product's data.
"""
