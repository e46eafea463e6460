/// The members of a JSON object in the order in which they were read or added. Names are unique.
///
/// Equality does not regard the order. Up to `linearLimit` members are searched one after another, which is both
/// smaller and faster than hashing; larger objects carry an index.
package struct JSONObject: Sendable {
    /// A name and its value.
    package typealias Element = (key: String, value: JSONValue)

    /// The largest number of members that is searched without an index.
    static let linearLimit = 16

    /// A member as it is stored; a struct, because the runtime destroys arrays of tuples member by member.
    struct Member: Sendable {
        var key: String
        var value: JSONValue
    }

    /// The members in order.
    private(set) var members: [Member]
    /// Where each name is in `members`; only there for more than `linearLimit` of them.
    private var index: [Name: Int]?

    /// An object without members.
    package init() {
        members = []
        index = nil
    }

    /// An object of these members; a repeated name keeps its first place and its last value.
    package init(_ elements: some Sequence<(String, JSONValue)>) {
        self.init()
        members.reserveCapacity(elements.underestimatedCount)
        for (key, value) in elements {
            if let position = position(of: key) {
                members[position].value = value
            } else {
                append(key, value)
            }
        }
    }

    /// An object of members which are known to have different names.
    init(unique members: [Member]) {
        self.members = members
        index = nil
    }

    /// An object of members whose names may repeat, as a document had them, or which are too many for no index.
    init(repeating members: [Member]) {
        self.init(unique: members)
        rebuildIndex()
        guard index.map({ $0.count < members.count }) ?? true else { return }
        self.init(members.map { ($0.key, $0.value) })
    }

    /// The number of members.
    package var count: Int { members.count }

    /// Whether there are no members.
    package var isEmpty: Bool { members.isEmpty }

    /// The names in order.
    package var keys: [String] { members.map(\.key) }

    /// The values in order.
    package var values: [JSONValue] { members.map(\.value) }

    /// The same members in the order of their names' UTF-8 bytes.
    package var sortedByKey: JSONObject {
        var sorted = JSONObject(unique: members.sorted { $0.key.precedesByBytes($1.key) })
        sorted.rebuildIndex()
        return sorted
    }

    /// The value of that name; setting `nil` removes the member, a new name goes to the end.
    package subscript(key: String) -> JSONValue? {
        get {
            guard let position = position(of: key) else { return nil }
            return members[position].value
        }
        _modify {
            guard let position = position(of: key) else {
                var value: JSONValue?
                defer { if let value { append(key, value) } }
                yield &value
                return
            }
            // The value leaves its place while it changes, so that nested writes copy nothing.
            var value: JSONValue? = .null
            Self.exchange(&members[position].value, &value)
            defer { put(value, at: position) }
            yield &value
        }
    }

    /// Removes the member of that name and returns its value, `nil` when there is none.
    @discardableResult
    package mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let position = position(of: key) else { return nil }
        let value = members.remove(at: position).value
        rebuildIndex()
        return value
    }

    /// Keeps the members for which the condition holds.
    package mutating func removeAll(where condition: (Element) -> Bool) {
        members.removeAll { condition((key: $0.key, value: $0.value)) }
        rebuildIndex()
    }

    /// The same names in the same order with other values.
    package func mapValues(_ transform: (JSONValue) -> JSONValue) -> JSONObject {
        var copy = self
        for position in copy.members.indices {
            copy.members[position].value = transform(copy.members[position].value)
        }
        return copy
    }
}

extension JSONObject: Sequence {
    /// Goes through the members in order.
    package struct Iterator: IteratorProtocol {
        private var members: IndexingIterator<[Member]>

        init(_ members: [Member]) { self.members = members.makeIterator() }

        package mutating func next() -> Element? {
            guard let member = members.next() else { return nil }
            return (key: member.key, value: member.value)
        }
    }

    package func makeIterator() -> Iterator { Iterator(members) }

    package var underestimatedCount: Int { members.count }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        // Documents are passed on by reference: mostly nothing has to be compared.
        if left.hasSameStorage(as: right) { return true }
        for (offset, member) in left.members.enumerated() {
            // Mostly both come from the same writer and agree in order too.
            let other = right.members[offset]
            if other.key.hasSameBytes(as: member.key) {
                guard other.value == member.value else { return false }
                continue
            }
            guard let value = right[member.key], value == member.value else { return false }
        }
        return true
    }

    package func hash(into hasher: inout Hasher) {
        var combined = 0
        for member in members {
            var inner = Hasher()
            inner.combine(member.key)
            inner.combine(member.value)
            combined ^= inner.finalize()
        }
        hasher.combine(members.count)
        hasher.combine(combined)
    }
}

extension JSONObject: CustomStringConvertible {
    /// The compact text.
    package var description: String { JSONValue.object(self).text }
}

extension JSONObject {
    /// A member name that is hashed as a string and compared by its bytes.
    private struct Name: Hashable {
        var text: String

        static func == (left: Name, right: Name) -> Bool { left.text.hasSameBytes(as: right.text) }

        func hash(into hasher: inout Hasher) { hasher.combine(text) }
    }

    /// Whether both are the same members in the same memory.
    private func hasSameStorage(as other: JSONObject) -> Bool {
        members.withUnsafeBufferPointer { left in
            other.members.withUnsafeBufferPointer { right in left.baseAddress == right.baseAddress }
        }
    }

    /// Where the member of that name is.
    func position(of key: String) -> Int? {
        if let index { return index[Name(text: key)] }
        for position in members.indices where members[position].key.hasSameBytes(as: key) { return position }
        return nil
    }

    /// Adds a member whose name is known not to be there yet.
    package mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
        if index != nil {
            index?[Name(text: key)] = members.count - 1
        } else if members.count > Self.linearLimit {
            rebuildIndex()
        }
    }

    private mutating func put(_ value: JSONValue?, at position: Int) {
        if let value {
            members[position].value = value
        } else {
            members.remove(at: position)
            rebuildIndex()
        }
    }

    private mutating func rebuildIndex() {
        guard members.count > Self.linearLimit else {
            index = nil
            return
        }
        var rebuilt: [Name: Int] = Dictionary(minimumCapacity: members.count)
        for (position, member) in members.enumerated() { rebuilt[Name(text: member.key)] = position }
        index = rebuilt
    }

    private static func exchange(_ stored: inout JSONValue, _ other: inout JSONValue?) {
        let old = stored
        stored = other ?? .null
        other = old
    }
}
