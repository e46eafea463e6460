import JSON
import KubernetesModel

/// Reads a document of a built-in kind as the typed server would: unknown fields and nulls go, quantities and times
/// take their canonical form, wrong types are refused.
///
/// Whatever needs no change is handed on as it is, so that versions of an object share their storage.
struct TypeChecker {
    /// The paths of fields that no type has, in document order.
    var unknownFields: [String] = []
    /// The first value of a wrong type, in the words of the server's decoder.
    private(set) var mismatch: String?

    /// Where the value that is looked at stands. As text it is needed for messages only.
    private var trail = FieldTrail()

    private static let microTimes: Set<String> = ["acquireTime", "eventTime", "lastObservedTime", "renewTime"]

    /// The document with the fields its type knows.
    mutating func checked(_ value: JSONValue, as typeName: String, at member: String? = nil) -> JSONValue {
        trail = FieldTrail()
        if let member { trail.enter(member) }
        return change(of: value, as: typeName) ?? value
    }

    /// The value to take instead of `value`; `nil` where it may stay.
    private mutating func change(of value: JSONValue, as typeName: String) -> JSONValue? {
        guard let type = TypeCatalog.type(typeName) else { return nil }
        guard let object = value.objectValue else {
            refuse(value, goType: typeName)
            return [:]
        }
        var result = object
        var isChanged = false
        for (name, member) in object {
            trail.enter(name)
            defer { trail.leave() }
            guard let field = type.fields[name] else {
                unknownFields.append(trail.text)
                result.removeValue(forKey: name)
                isChanged = true
                continue
            }
            if member.isNull || isOmitted(member, field) {
                result.removeValue(forKey: name)
                isChanged = true
            } else if let changed = change(of: member, as: field) {
                result[name] = changed
                isChanged = true
            }
        }
        return isChanged ? .object(result) : JSONValue?.none
    }

    /// Maps and lists without entries are left out.
    private func isOmitted(_ value: JSONValue, _ type: FieldType) -> Bool {
        switch (type, value) {
        case (.map, .object(let object)): object.isEmpty
        case (.list, .array(let array)): array.isEmpty
        default: false
        }
    }

    private mutating func change(of value: JSONValue, as type: FieldType) -> JSONValue? {
        switch type {
        case .any: break
        case .string: expect(value.stringValue != nil, value, "string")
        case .boolean: expect(value.boolValue != nil, value, "bool")
        case .integer32: expect(isInteger(value, bits: 32), value, "int32")
        case .integer64: expect(isInteger(value, bits: 64), value, "int64")
        case .number: expect(value.doubleValue != nil, value, "float64")
        case .intOrString:
            expect(value.stringValue != nil || isInteger(value, bits: 32), value, "intstr.IntOrString")
        case .time: return time(value)
        case .quantity: return quantity(value)
        case .map(let element): return map(value, of: element)
        case .list(let element, _): return list(value, of: element, type)
        case .object(let name, _): return change(of: value, as: name)
        }
        return nil
    }

    private mutating func map(_ value: JSONValue, of element: FieldType) -> JSONValue? {
        guard let object = value.objectValue else {
            refuse(value, goType: goName(of: .map(element)))
            return [:]
        }
        var result = object
        var isChanged = false
        for (name, member) in object {
            trail.enter(name)
            defer { trail.leave() }
            if member.isNull {
                result[name] = element == .string ? "" : JSONValue?.none
                isChanged = true
            } else if let changed = change(of: member, as: element) {
                result[name] = changed
                isChanged = true
            }
        }
        return isChanged ? .object(result) : JSONValue?.none
    }

    private mutating func list(_ value: JSONValue, of element: FieldType, _ type: FieldType) -> JSONValue? {
        guard let array = value.arrayValue else {
            refuse(value, goType: goName(of: type))
            return []
        }
        var result = array
        var isChanged = false
        for (index, member) in array.enumerated() {
            trail.enter(index)
            defer { trail.leave() }
            guard let changed = change(of: member, as: element) else { continue }
            result[index] = changed
            isChanged = true
        }
        return isChanged ? .array(result) : JSONValue?.none
    }

    /// Times are stored to the second, MicroTimes to the microsecond, both in UTC.
    private mutating func time(_ value: JSONValue) -> JSONValue? {
        guard let text = value.stringValue else {
            refuse(value, goType: "string")
            return nil
        }
        guard let time = Timestamp(parsing: text) else {
            mismatch = mismatch ?? "parsing time \(value.text) as \"2006-01-02T15:04:05Z07:00\": it is not RFC 3339"
            return nil
        }
        let isMicroTime = trail.member.map { Self.microTimes.contains($0) } ?? false
        if isMicroTime, !Self.hasMicroseconds(text) {
            let layout = "2006-01-02T15:04:05.000000Z07:00"
            let rest = JSONValue.string(String(text.dropFirst(19))).text
            mismatch = mismatch ?? "parsing time \(value.text) as \"\(layout)\": cannot parse \(rest) as \".000000\""
            return nil
        }
        let canonical = isMicroTime ? time.rfc3339Micro : time.wholeSeconds.rfc3339
        return canonical == text ? JSONValue?.none : .string(canonical)
    }

    /// MicroTimes have six digits after the point, no more and no less.
    private static func hasMicroseconds(_ text: String) -> Bool {
        let rest = text.dropFirst(19)
        return rest.first == "." && rest.dropFirst().prefix { $0.isNumber }.count == 6
    }

    private mutating func quantity(_ value: JSONValue) -> JSONValue? {
        var text = value.stringValue
        if case .number(let number) = value { text = number.text }
        guard let text else {
            refuse(value, goType: "resource.Quantity")
            return nil
        }
        guard let canonical = Quantity.canonical(text) else {
            mismatch =
                mismatch
                ?? "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            return nil
        }
        return value == .string(canonical) ? JSONValue?.none : .string(canonical)
    }

    private mutating func expect(_ fits: Bool, _ value: JSONValue, _ goType: String) {
        if !fits { refuse(value, goType: goType) }
    }

    private func isInteger(_ value: JSONValue, bits: Int) -> Bool {
        guard let integer = value.intValue else { return false }
        return bits == 64 || Int32(exactly: integer) != nil
    }

    private mutating func refuse(_ value: JSONValue, goType: String) {
        guard mismatch == nil else { return }
        var seen = value.kindName
        switch value {
        case .bool: seen = "bool"
        case .number(let number): seen = "number \(number.text)"
        case .null, .string, .array, .object: break
        }
        mismatch = "json: cannot unmarshal \(seen) into Go struct field .\(trail.text) of type \(goType)"
    }

    private func goName(of type: FieldType) -> String {
        switch type {
        case .list(let element, _): "[]\(goName(of: element))"
        case .map(let element): "map[string]\(goName(of: element))"
        case .object(let name, _): name
        case .string, .time: "string"
        case .boolean: "bool"
        case .integer32: "int32"
        case .integer64: "int64"
        case .number: "float64"
        case .quantity: "resource.Quantity"
        case .intOrString: "intstr.IntOrString"
        case .any: "interface {}"
        }
    }
}
