"""Reading and writing the shop, one module a topic.

Functions take a session first and return frozen dataclasses. Public ids are the merchant's: `product_id` and
`variant_id` are strings, `customer_id` is the merchant's customer id. Database keys end in `_key`.
"""
