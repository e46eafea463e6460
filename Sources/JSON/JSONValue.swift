/// One JSON document or any part of it. Objects keep the order of their members and numbers keep their exact text,
/// so that what was read can be written again unchanged.
///
/// Two values are equal when they mean the same JSON: members of objects in any order, numbers by their exact decimal
/// value (`1.0 == 1`), strings by their code points (Swift's `==` would also equate `é` with `e` and an accent).
/// Source: RFC 8259; equality as RFC 6902 section 4.6 has it.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue: Hashable {
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let values): hasher.combine(values)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The compact text, so that messages, traces and test failures show JSON.
    package var description: String { text }
}

extension String {
    /// Whether both strings are the same UTF-8 bytes; `==` alone also equates canonically equivalent ones.
    @inline(__always)
    func hasSameBytes(as other: String) -> Bool {
        // Most names differ in length, and most of the others are short: `==` compares these like two numbers.
        guard utf8.count == other.utf8.count, self == other else { return false }
        // What is canonically equivalent to ASCII, and as long, is the same ASCII.
        return utf16.count == utf8.count || hasSameUnits(as: other)
    }

    /// Whether both strings, of the same length, are the same UTF-8 bytes.
    private func hasSameUnits(as other: String) -> Bool {
        let isSame = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                Self.hasSameBytes(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
            }
        }
        // Strings bridged from elsewhere may have no contiguous bytes.
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether two buffers of the same size hold the same bytes; compared eight at a time.
    @inline(__always)
    private static func hasSameBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        while place + 8 <= left.count {
            let word = left.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            guard word == right.loadUnaligned(fromByteOffset: place, as: UInt64.self) else { return false }
            place += 8
        }
        while place < left.count {
            guard left[place] == right[place] else { return false }
            place += 1
        }
        return true
    }

    /// Whether this string's UTF-8 bytes sort before the other's; `<` alone compares normalised scalars.
    func precedesByBytes(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}
