import JSON

extension JSONValue {
    /// Sets a member only where there is none.
    mutating func fill(_ key: String, _ value: JSONValue) {
        if self[key] == nil { self[key] = value }
    }

    /// Changes a member that is an object, and nothing where there is none.
    mutating func change(_ key: String, _ body: (inout JSONValue) -> Void) {
        self[key]?.changeObject(body)
    }

    /// Changes every entry of a member that is an array.
    mutating func changeEach(_ key: String, _ body: (inout JSONValue) -> Void) {
        self[key]?.changeEntries(body)
    }

    private mutating func changeObject(_ body: (inout JSONValue) -> Void) {
        if case .object = self { body(&self) }
    }

    private mutating func changeEntries(_ body: (inout JSONValue) -> Void) {
        guard case .array(var entries) = self else { return }
        // The entries leave their place while they change, so that nothing is copied.
        self = .null
        for index in entries.indices { body(&entries[index]) }
        self = .array(entries)
    }

    /// The string of a member, empty where there is none.
    func text(_ key: String) -> String { self[key]?.stringValue ?? "" }

    /// The entries of a member, empty where there are none.
    func entries(_ key: String) -> [JSONValue] { self[key]?.arrayValue ?? [] }
}
