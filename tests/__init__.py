"""Tests; a package of its own name, because gmqtt installs another one called so."""
