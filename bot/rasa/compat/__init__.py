"""What Rasa 3.6.21 lacks for this use: small patches, each guarded by the version, and a tracker store."""
