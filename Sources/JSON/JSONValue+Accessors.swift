extension JSONValue {
    /// The string, `nil` for any other kind of value.
    package var stringValue: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The number as an integer, `nil` for other kinds and for numbers that are no integer or do not fit 64 bits.
    package var intValue: Int? {
        guard case .number(let value) = self else { return nil }
        return value.int
    }

    /// The number as the nearest double, `nil` for other kinds.
    package var doubleValue: Double? {
        guard case .number(let value) = self else { return nil }
        return value.double
    }

    /// The truth value, `nil` for any other kind of value.
    package var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The elements, `nil` for any other kind of value.
    package var arrayValue: [JSONValue]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    /// The members, `nil` for any other kind of value.
    package var objectValue: JSONObject? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    /// Whether this is JSON's `null`.
    package var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    /// The kind of value for messages: `object`, `array`, `string`, `number`, `boolean`, `null`.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
