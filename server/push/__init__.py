"""Pushes: how a few words reach a phone, through Apple's service and Google's."""
