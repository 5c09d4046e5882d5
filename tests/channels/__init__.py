"""Tests of the adapters of outside channels."""
