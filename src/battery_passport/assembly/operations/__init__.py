"""The use cases behind verbs, one module a subject; `table` names them all."""
