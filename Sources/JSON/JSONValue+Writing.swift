extension JSONValue {
    /// The compact UTF-8 bytes, members in their order.
    package func serialized() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return Array(writer.bytes)
    }

    /// The compact text, members in their order.
    package var text: String {
        var writer = JSONWriter()
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The text with a line per member, two spaces per level, and no newline at the end.
    package var prettyText: String {
        var writer = JSONWriter(indents: true)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The value which all equal values share: members sorted by the UTF-8 bytes of their names on every level, numbers
    /// in one text per value. Equal values have equal canonical text, and the other way round.
    package var canonicalized: JSONValue {
        switch self {
        case .null, .bool, .string: self
        case .number(let number): .number(number.canonical)
        case .array(let elements): .array(elements.map(\.canonicalized))
        case .object(let object): .object(object.sortedByKey.mapValues(\.canonicalized))
        }
    }

    /// The compact text of the canonical value; what hashes and comparisons of documents are made of.
    package var canonicalText: String { canonicalized.text }
}
