"""Tests of the action server and of its pure cores."""
