extension JSONValue {
    /// The member of that name, `nil` when there is none or this is no object.
    ///
    /// Setting `nil` removes the member. Setting a value on something that is no object makes it an object.
    package subscript(key: String) -> JSONValue? {
        get {
            guard case .object(let object) = self else { return nil }
            return object[key]
        }
        _modify {
            guard case .object(var object) = self else {
                var value: JSONValue?
                defer { if let value { self = .object([key: value]) } }
                yield &value
                return
            }
            // The object leaves its place while it changes, so that nested writes copy nothing.
            self = .null
            defer { self = .object(object) }
            yield &object[key]
        }
    }

    /// The element at that position, `nil` when there is none or this is no array.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The value reached through these member names, `nil` when one of them is missing.
    package func at(_ path: String...) -> JSONValue? { at(path: path) }

    // Most paths have two or three names: these make no list of them.

    /// The value reached through two member names, `nil` when one of them is missing.
    package func at(_ first: String, _ second: String) -> JSONValue? {
        // What lies on the way is looked at where it is, and not copied.
        guard case .object(let object) = self, let place = object.position(of: first),
            case .object(let inner) = object.members[place].value, let end = inner.position(of: second)
        else { return nil }
        return inner.members[end].value
    }

    /// The value reached through three member names, `nil` when one of them is missing.
    package func at(_ first: String, _ second: String, _ third: String) -> JSONValue? {
        guard case .object(let object) = self, let place = object.position(of: first) else { return nil }
        return object.members[place].value.at(second, third)
    }

    /// The value reached through four member names, `nil` when one of them is missing.
    package func at(_ first: String, _ second: String, _ third: String, _ fourth: String) -> JSONValue? {
        at(first, second)?.at(third, fourth)
    }

    /// The value reached through these member names, `nil` when one of them is missing; itself for an empty path.
    package func at(path: some Sequence<String>) -> JSONValue? {
        var value = self
        for key in path {
            guard let next = value[key] else { return nil }
            value = next
        }
        return value
    }

    /// Sets the member at the end of the path and makes the objects on the way, replacing values which are no objects.
    /// `nil` removes the member and makes nothing.
    package mutating func set(_ value: JSONValue?, at path: String...) { set(value, path: path[...]) }

    /// Sets the member at the end of the path, like `set(_:at:)`; an empty path replaces the value itself.
    package mutating func set(_ value: JSONValue?, path: ArraySlice<String>) {
        guard let key = path.first else {
            self = value ?? .null
            return
        }
        let rest = path.dropFirst()
        guard !rest.isEmpty else {
            self[key] = value
            return
        }
        if value == nil && self[key] == nil { return }
        var child = self[key] ?? .object([:])
        self[key] = .null
        child.set(value, path: rest)
        self[key] = child
    }
}
