/// Operations on a document that are done all or not at all. Source: RFC 6902.
package struct JSONPatch: Equatable, Sendable {
    /// One change, or one condition.
    package enum Operation: Equatable, Sendable {
        /// Adds or replaces a member, or inserts an element before the position; `-` is the end of an array.
        case add(JSONPointer, JSONValue)
        /// Removes what must be there.
        case remove(JSONPointer)
        /// Replaces what must be there.
        case replace(JSONPointer, JSONValue)
        /// Removes what must be there and adds it elsewhere.
        case move(from: JSONPointer, to: JSONPointer)
        /// Adds what must be there elsewhere too.
        case copy(from: JSONPointer, to: JSONPointer)
        /// Holds when an equal value is there.
        case test(JSONPointer, JSONValue)
    }

    /// The operations in the order in which they apply.
    package var operations: [Operation]

    /// A patch of these operations.
    package init(operations: [Operation]) { self.operations = operations }

    /// The patch in its JSON form, an array of objects with `op`, `path`, and `value` or `from`.
    package init(_ value: JSONValue) throws(JSONPatchError) {
        guard case .array(let elements) = value else {
            throw JSONPatchError(operation: nil, problem: .notAnArray(kind: value.kindName))
        }
        operations = []
        for (position, element) in elements.enumerated() {
            do throws(Problem) {
                operations.append(try Operation(element))
            } catch {
                throw JSONPatchError(operation: position, problem: error.problem)
            }
        }
    }

    /// The document after all operations. Throws at the first that does not apply; the document stays as it was.
    package func applied(to document: JSONValue) throws(JSONPatchError) -> JSONValue {
        var result = document
        for (position, operation) in operations.enumerated() {
            do throws(Problem) {
                try operation.apply(to: &result)
            } catch {
                throw JSONPatchError(operation: position, problem: error.problem)
            }
        }
        return result
    }

    /// The JSON form.
    package var document: JSONValue { .array(operations.map(\.document)) }

    /// A mistake whose operation is known further out.
    struct Problem: Error {
        var problem: JSONPatchError.Problem

        init(_ problem: JSONPatchError.Problem) { self.problem = problem }
    }
}

extension JSONPatch.Operation {
    fileprivate typealias Problem = JSONPatch.Problem

    fileprivate init(_ value: JSONValue) throws(JSONPatch.Problem) {
        guard case .object(let members) = value else { throw Problem(.notAnObject(kind: value.kindName)) }
        guard let name = members["op"]?.stringValue else { throw Problem(.missingMember("op")) }
        let path = try Self.pointer("path", of: members)
        switch name {
        case "add": self = .add(path, try Self.value(of: members))
        case "remove": self = .remove(path)
        case "replace": self = .replace(path, try Self.value(of: members))
        case "test": self = .test(path, try Self.value(of: members))
        case "copy": self = .copy(from: try Self.pointer("from", of: members), to: path)
        case "move":
            let from = try Self.pointer("from", of: members)
            guard from == path || !from.contains(path) else { throw Problem(.moveIntoItself(from: from, to: path)) }
            self = .move(from: from, to: path)
        default: throw Problem(.unknownOperation(name))
        }
    }

    private static func pointer(_ name: String, of members: JSONObject) throws(JSONPatch.Problem) -> JSONPointer {
        guard let text = members[name]?.stringValue else { throw Problem(.missingMember(name)) }
        do throws(JSONPointer.ParseError) {
            return try JSONPointer(parsing: text)
        } catch {
            throw Problem(.badPointer(error))
        }
    }

    private static func value(of members: JSONObject) throws(JSONPatch.Problem) -> JSONValue {
        guard let value = members["value"] else { throw Problem(.missingMember("value")) }
        return value
    }

    fileprivate var document: JSONValue {
        switch self {
        case .add(let path, let value): ["op": "add", "path": "\(path)", "value": value]
        case .remove(let path): ["op": "remove", "path": "\(path)"]
        case .replace(let path, let value): ["op": "replace", "path": "\(path)", "value": value]
        case .move(let from, let path): ["op": "move", "from": "\(from)", "path": "\(path)"]
        case .copy(let from, let path): ["op": "copy", "from": "\(from)", "path": "\(path)"]
        case .test(let path, let value): ["op": "test", "path": "\(path)", "value": value]
        }
    }

    fileprivate func apply(to document: inout JSONValue) throws(JSONPatch.Problem) {
        switch self {
        case .add(let path, let value):
            try document.change(at: path, .add(value))
        case .remove(let path):
            try document.change(at: path, .remove)
        case .replace(let path, let value):
            try document.change(at: path, .replace(value))
        case .copy(let from, let path):
            guard let value = document.value(at: from) else { throw Problem(.noSuchPlace(from)) }
            try document.change(at: path, .add(value))
        case .move(let from, let path):
            guard let value = document.value(at: from) else { throw Problem(.noSuchPlace(from)) }
            if from == path { return }
            try document.change(at: from, .remove)
            try document.change(at: path, .add(value))
        case .test(let path, let expected):
            guard let found = document.value(at: path) else { throw Problem(.noSuchPlace(path)) }
            guard found == expected else { throw Problem(.testFailed(path, found: found, expected: expected)) }
        }
    }
}
