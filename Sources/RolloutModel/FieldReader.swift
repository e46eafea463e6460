package import JSON

/// Typed access to the fields of one object of a manifest; a field of the wrong type is an error that names its path.
package struct FieldReader: Sendable {
    /// The object; `null` and absent read as an empty one.
    package var value: JSONValue
    /// The path of the object: `spec.strategy.canary`.
    package var path: String

    package init(_ value: JSONValue?, path: String) {
        self.value = value ?? [:]
        self.path = path
    }

    /// Whether the field is there and not `null`.
    package func has(_ name: String) -> Bool {
        value[name].map { !$0.isNull } ?? false
    }

    /// The raw field; `nil` when it is absent or `null`.
    package func raw(_ name: String) -> JSONValue? {
        has(name) ? value[name] : nil
    }

    /// The path of a field of this object.
    package func path(_ name: String) -> String { "\(path).\(name)" }

    package func int(_ name: String) throws(FieldError) -> Int? {
        guard let raw = raw(name) else { return nil }
        guard let number = raw.intValue, Int32(exactly: number) != nil else {
            throw invalid(name, raw, "must be a whole number between -2147483648 and 2147483647")
        }
        return number
    }

    package func bool(_ name: String) throws(FieldError) -> Bool {
        guard let raw = raw(name) else { return false }
        guard let flag = raw.boolValue else { throw invalid(name, raw, "must be true or false") }
        return flag
    }

    package func string(_ name: String) throws(FieldError) -> String {
        guard let raw = raw(name) else { return "" }
        guard let text = raw.stringValue else { throw invalid(name, raw, "must be a string") }
        return text
    }

    package func array(_ name: String) throws(FieldError) -> [JSONValue]? {
        guard let raw = raw(name) else { return nil }
        guard let elements = raw.arrayValue else { throw invalid(name, raw, "must be a list") }
        return elements
    }

    /// A nested object; an empty reader when the field is absent.
    package func object(_ name: String) throws(FieldError) -> FieldReader {
        guard let raw = raw(name) else { return FieldReader(nil, path: path(name)) }
        guard raw.objectValue != nil else { throw invalid(name, raw, "must be an object") }
        return FieldReader(raw, path: path(name))
    }

    package func intOrPercent(_ name: String) throws(FieldError) -> IntOrPercent? {
        guard let raw = raw(name) else { return nil }
        guard let amount = IntOrPercent(raw) else {
            throw invalid(name, raw, "must be a whole number or a percentage such as \"25%\"")
        }
        return amount
    }

    private func invalid(_ name: String, _ value: JSONValue, _ detail: String) -> FieldError {
        FieldError(path(name), .invalid(value: value.text), detail)
    }
}
