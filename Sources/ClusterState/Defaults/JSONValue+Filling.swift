import JSON

extension JSONValue {
    /// Sets a member only where there is none.
    mutating func fill(_ key: String, _ value: JSONValue) {
        if self[key] == nil { self[key] = value }
    }

    /// Changes a member that is an object, and nothing where there is none.
    mutating func change(_ key: String, _ body: (inout JSONValue) -> Void) {
        guard var member = self[key], member.objectValue != nil else { return }
        body(&member)
        self[key] = member
    }

    /// Changes every entry of a member that is an array.
    mutating func changeEach(_ key: String, _ body: (inout JSONValue) -> Void) {
        guard var entries = self[key]?.arrayValue else { return }
        for index in entries.indices {
            body(&entries[index])
        }
        self[key] = .array(entries)
    }

    /// The string of a member, empty where there is none.
    func text(_ key: String) -> String { self[key]?.stringValue ?? "" }

    /// The entries of a member, empty where there are none.
    func entries(_ key: String) -> [JSONValue] { self[key]?.arrayValue ?? [] }
}
