/// Why a JSON Patch is none, or does not apply to a document.
package struct JSONPatchError: Error, Equatable, Sendable {
    /// The kinds of mistakes. The first group is about the patch itself, the second about the document it meets.
    package enum Problem: Equatable, Sendable {
        /// The patch is not an array but this kind of value.
        case notAnArray(kind: String)
        /// The operation is not an object but this kind of value.
        case notAnObject(kind: String)
        /// The operation has no such member, or not as a string.
        case missingMember(String)
        /// The operation is none of the six.
        case unknownOperation(String)
        /// A `path` or `from` is no pointer.
        case badPointer(JSONPointer.ParseError)
        /// A `move` of a place into itself.
        case moveIntoItself(from: JSONPointer, to: JSONPointer)

        /// There is nothing at the place, or nothing it could be in.
        case noSuchPlace(JSONPointer)
        /// A token is no position of an array that has this many elements.
        case badPosition(JSONPointer, count: Int)
        /// The whole document cannot be removed.
        case removesDocument
        /// A `test` found another value.
        case testFailed(JSONPointer, found: JSONValue, expected: JSONValue)
    }

    /// The position of the operation in the patch, `nil` when the patch as a whole is wrong.
    package var operation: Int?
    /// The mistake.
    package var problem: Problem

    /// A mistake of an operation.
    package init(operation: Int?, problem: Problem) {
        self.operation = operation
        self.problem = problem
    }
}

extension JSONPatchError: CustomStringConvertible {
    /// One sentence with the operation, the place and the value seen.
    package var description: String {
        guard let operation else { return "JSON patch: \(problem)" }
        return "JSON patch operation \(operation): \(problem)"
    }
}

extension JSONPatchError.Problem: CustomStringConvertible {
    /// What is there and what would be right.
    package var description: String {
        switch self {
        case .notAnArray(let kind): "found \(kind), expected an array of operations"
        case .notAnObject(let kind): "found \(kind), expected an object with 'op' and 'path'"
        case .missingMember(let name): "'\(name)' is missing or not a string; add it"
        case .unknownOperation(let name): "'\(name)' is none of add, remove, replace, move, copy, test"
        case .badPointer(let error): "\(error)"
        case .moveIntoItself(let from, let to): "'\(from)' cannot be moved into itself at '\(to)'"
        case .noSuchPlace(let pointer): "the document has nothing at '\(pointer)'"
        case .badPosition(let pointer, let count): "'\(pointer)' is no position in an array of \(count)"
        case .removesDocument: "the whole document cannot be removed; delete the object instead"
        case .testFailed(let pointer, let found, let expected): "'\(pointer)' is \(found), expected \(expected)"
        }
    }
}
