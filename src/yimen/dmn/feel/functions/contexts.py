"""Context functions (DMN 1.5, 10.3.4.9)."""

from yimen.dmn.feel.functions.registry import function


@function("get value", "m,key", "context,key", shallow=True)
def get_value(context: object, key: object) -> object:
    """Return the value of an entry; null where there is none."""
    return context.get(key) if isinstance(context, dict) and isinstance(key, str) else None


@function("get entries", "m", "context", shallow=True)
def get_entries(context: object) -> object:
    """Return the entries, each as a context of `key` and `value`."""
    if not isinstance(context, dict):
        return None
    return [{"key": key, "value": value} for key, value in context.items()]


@function("context", "entries")
def context_of(entries: object) -> object:
    """Return the context of entries written as contexts of `key` and `value`; no key may come twice."""
    found: dict[str, object] = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict) or "value" not in entry:
            return None
        key = entry.get("key")
        if not isinstance(key, str) or key in found:
            return None
        found[key] = entry["value"]
    return found


@function("context put", "context,key,value", "context,keys,value", shallow=True)
def context_put(context: object, key: object, value: object) -> object:
    """Return the context with an entry added or replaced; a list of keys leads into contexts within it."""
    if not isinstance(context, dict):
        return None
    match key:
        case str():
            return {**context, key: value}
        case [str(name)]:
            return {**context, name: value}
        case [str(name), *rest]:
            inner = context_put(context.get(name, {}), rest, value)
            return None if inner is None else {**context, name: inner}
        case _:
            return None


@function("context merge", "contexts", shallow=True)
def context_merge(contexts: object) -> object:
    """Return one context of all; of two entries of one name the later stays."""
    merged: dict[str, object] = {}
    for one in contexts if isinstance(contexts, list) else [contexts]:
        if not isinstance(one, dict):
            return None
        merged.update(one)
    return merged
