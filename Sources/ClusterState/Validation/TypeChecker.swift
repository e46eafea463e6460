import JSON

/// Reads a document of a built-in kind as the typed server would: unknown fields and nulls go, wrong types are refused.
struct TypeChecker {
    /// The paths of fields that no type has, in document order.
    var unknownFields: [String] = []
    /// The first value of a wrong type, in the words of the server's decoder.
    private(set) var mismatch: String?

    /// The document with the fields its type knows.
    mutating func checked(_ value: JSONValue, as typeName: String, at path: String = "") -> JSONValue {
        guard let type = TypeCatalog.type(typeName) else { return value }
        guard let object = value.objectValue else {
            refuse(value, path: path, goType: typeName)
            return [:]
        }
        var result = JSONObject()
        for (name, member) in object {
            let memberPath = path.isEmpty ? name : "\(path).\(name)"
            guard let field = type.fields[name] else {
                unknownFields.append(memberPath)
                continue
            }
            if member.isNull { continue }
            result[name] = checked(member, as: field, at: memberPath)
        }
        return .object(result)
    }

    private mutating func checked(_ value: JSONValue, as type: FieldType, at path: String) -> JSONValue {
        switch type {
        case .any: return value
        case .string: return scalar(value, value.stringValue != nil, "string", path)
        case .time: return scalar(value, value.stringValue != nil, "string", path)
        case .boolean: return scalar(value, value.boolValue != nil, "bool", path)
        case .integer32: return scalar(value, isInteger(value, bits: 32), "int32", path)
        case .integer64: return scalar(value, isInteger(value, bits: 64), "int64", path)
        case .number: return scalar(value, value.doubleValue != nil, "float64", path)
        case .quantity:
            let fits = value.stringValue != nil || value.doubleValue != nil
            guard case .number(let number) = value else { return scalar(value, fits, "resource.Quantity", path) }
            return .string(number.text)
        case .intOrString:
            let fits = value.stringValue != nil || isInteger(value, bits: 32)
            return scalar(value, fits, "intstr.IntOrString", path)
        case .map(let element):
            guard let object = value.objectValue else {
                refuse(value, path: path, goType: "map[string]string")
                return [:]
            }
            var result = JSONObject()
            for (name, member) in object {
                if member.isNull, element != .string { continue }
                result[name] = member.isNull ? "" : checked(member, as: element, at: "\(path).\(name)")
            }
            return .object(result)
        case .list(let element, _):
            guard let array = value.arrayValue else {
                refuse(value, path: path, goType: goName(of: type))
                return []
            }
            var result: [JSONValue] = []
            result.reserveCapacity(array.count)
            for (index, member) in array.enumerated() {
                result.append(checked(member, as: element, at: "\(path)[\(index)]"))
            }
            return .array(result)
        case .object(let name, _): return checked(value, as: name, at: path)
        }
    }

    private mutating func scalar(_ value: JSONValue, _ fits: Bool, _ goType: String, _ path: String) -> JSONValue {
        if !fits { refuse(value, path: path, goType: goType) }
        return value
    }

    private func isInteger(_ value: JSONValue, bits: Int) -> Bool {
        guard let integer = value.intValue else { return false }
        return bits == 64 || Int32(exactly: integer) != nil
    }

    private mutating func refuse(_ value: JSONValue, path: String, goType: String) {
        guard mismatch == nil else { return }
        var seen = value.kindName
        switch value {
        case .bool: seen = "bool"
        case .number(let number): seen = "number \(number.text)"
        case .null, .string, .array, .object: break
        }
        mismatch = "json: cannot unmarshal \(seen) into Go struct field .\(path) of type \(goType)"
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
