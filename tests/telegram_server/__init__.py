"""A Bot API server for tests, written from the public documentation (core.telegram.org/bots/api).

It checks each request against the documented parameters and limits, shows what a person would see, and can fail in the
documented ways.
"""
