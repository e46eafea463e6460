/// `nil` is JSON's null inside literals and absence where an optional is wanted: `object["a"] = nil` removes.
///
/// Beware of `object["a"] = isEmpty ? nil : value` with a `value` of this type: both branches take its type, and null
/// is written. Write `isEmpty ? JSONValue?.none : value`, or an `if`. Branches like `.array(list)` are not affected.
extension JSONValue: ExpressibleByNilLiteral {
    package init(nilLiteral: ()) { self = .null }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
}

extension JSONValue: ExpressibleByFloatLiteral {
    package init(floatLiteral value: Double) { self = .number(JSONNumber(value)) }
}

extension JSONValue: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

extension JSONValue {
    /// An integer as a JSON number.
    package static func int(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    /// A finite double as a JSON number.
    package static func double(_ value: Double) -> JSONValue { .number(JSONNumber(value)) }

    /// Strings as a JSON array.
    package static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }

    /// A dictionary of strings as a JSON object with sorted members, such as labels and annotations.
    package static func strings(_ values: [String: String]) -> JSONValue {
        let members = values.map { (key: $0.key, value: JSONValue.string($0.value)) }
        return .object(JSONObject(members.sorted { $0.key.precedesByBytes($1.key) }))
    }
}
