/// What happens at the place where a pointer ends.
enum JSONPatchChange {
    case add(JSONValue)
    case replace(JSONValue)
    case remove
}

extension JSONValue {
    /// Changes the place of the pointer; only values on the way there are touched.
    mutating func change(at pointer: JSONPointer, _ change: JSONPatchChange) throws(JSONPatch.Problem) {
        guard !pointer.tokens.isEmpty else {
            switch change {
            case .add(let value), .replace(let value): self = value
            case .remove: throw JSONPatch.Problem(.removesDocument)
            }
            return
        }
        try self.change(at: pointer, level: 0, change)
    }

    private mutating func change(
        at pointer: JSONPointer, level: Int, _ change: JSONPatchChange
    ) throws(JSONPatch.Problem) {
        let token = pointer.tokens[level]
        let isLast = level == pointer.tokens.count - 1
        let place = JSONPointer(Array(pointer.tokens.prefix(level + 1)))
        switch self {
        case .object(var object):
            if isLast {
                try object.change(token, at: place, change)
            } else {
                guard var child = object[token] else { throw JSONPatch.Problem(.noSuchPlace(place)) }
                try child.change(at: pointer, level: level + 1, change)
                object[token] = child
            }
            self = .object(object)
        case .array(var elements):
            if isLast {
                try elements.change(token, at: place, change)
            } else {
                guard let position = JSONPointer.position(token), position < elements.count else {
                    throw JSONPatch.Problem(.badPosition(place, count: elements.count))
                }
                try elements[position].change(at: pointer, level: level + 1, change)
            }
            self = .array(elements)
        case .null, .bool, .number, .string:
            throw JSONPatch.Problem(.noSuchPlace(place))
        }
    }
}

extension JSONObject {
    fileprivate mutating func change(
        _ key: String, at place: JSONPointer, _ change: JSONPatchChange
    ) throws(JSONPatch.Problem) {
        switch change {
        case .add(let value):
            self[key] = value
        case .replace(let value):
            guard self[key] != nil else { throw JSONPatch.Problem(.noSuchPlace(place)) }
            self[key] = value
        case .remove:
            guard removeValue(forKey: key) != nil else { throw JSONPatch.Problem(.noSuchPlace(place)) }
        }
    }
}

extension [JSONValue] {
    fileprivate mutating func change(
        _ token: String, at place: JSONPointer, _ change: JSONPatchChange
    ) throws(JSONPatch.Problem) {
        let position = JSONPointer.position(token)
        switch change {
        case .add(let value):
            if token == "-" {
                append(value)
                return
            }
            guard let position, position <= count else { throw JSONPatch.Problem(.badPosition(place, count: count)) }
            insert(value, at: position)
        case .replace(let value):
            guard let position, position < count else { throw JSONPatch.Problem(.badPosition(place, count: count)) }
            self[position] = value
        case .remove:
            guard let position, position < count else { throw JSONPatch.Problem(.badPosition(place, count: count)) }
            remove(at: position)
        }
    }
}
