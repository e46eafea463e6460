import JSON

extension StructuralSchema.Node {
    /// Adds what is wrong with a value; `path` is empty at the root.
    ///
    /// Source: the error texts of OpenAPI validation as the real server gives them.
    func validate(_ value: JSONValue, path: String, errors: inout [FieldError]) {
        if value.isNull, isNullable { return }
        guard checkType(value, path: path, errors: &errors) else { return }
        checkEnumeration(value, path: path, errors: &errors)
        switch value {
        case .object(let object): validate(object: object, path: path, errors: &errors)
        case .array(let entries): validate(entries: entries, path: path, errors: &errors)
        case .string(let text): validate(text: text, path: path, errors: &errors)
        case .number(let number): validate(number: number, path: path, errors: &errors)
        case .null, .bool: break
        }
        checkCombinations(value, path: path, errors: &errors)
    }

    private func checkType(_ value: JSONValue, path: String, errors: inout [FieldError]) -> Bool {
        if isIntOrString {
            if value.stringValue != nil || value.intValue != nil { return true }
            errors.append(
                .typeInvalid(
                    path, .string(value.kindName),
                    "\(path) in body must be of type integer,string: \"\(value.kindName)\""))
            return false
        }
        let fits: Bool
        switch type {
        case "object": fits = value.objectValue != nil
        case "array": fits = value.arrayValue != nil
        case "string": fits = value.stringValue != nil
        case "boolean": fits = value.boolValue != nil
        case "integer": fits = value.intValue != nil
        case "number": fits = value.doubleValue != nil
        default: fits = true
        }
        guard !fits else { return true }
        let seen = value.kindName
        errors.append(
            .typeInvalid(path, .string(seen), "\(path) in body must be of type \(type): \"\(seen)\""))
        return false
    }

    private func checkEnumeration(_ value: JSONValue, path: String, errors: inout [FieldError]) {
        guard let allowed = document["enum"]?.arrayValue, !allowed.contains(value) else { return }
        errors.append(.notSupported(path, value, allowed.map(\.plainText)))
    }

    private func validate(object: JSONObject, path: String, errors: inout [FieldError]) {
        let prefix = path.isEmpty ? "" : "\(path)."
        for name in required where object[name] == nil {
            errors.append(.required("\(prefix)\(name)"))
        }
        let isRoot = path.isEmpty
        for (name, member) in object {
            if (isRoot || isEmbedded) && ["apiVersion", "kind", "metadata"].contains(name) { continue }
            (property(name) ?? additional)?.validate(member, path: "\(prefix)\(name)", errors: &errors)
        }
        checkCount(object.count, "minProperties", "maxProperties", path: path, errors: &errors) { limit, isMinimum in
            isMinimum
                ? "\(path) in body should have at least \(limit) properties"
                : "\(path) in body should have at most \(limit) properties"
        }
    }

    private func validate(entries: [JSONValue], path: String, errors: inout [FieldError]) {
        checkCount(entries.count, "minItems", "maxItems", path: path, errors: &errors) { limit, isMinimum in
            isMinimum
                ? "\(path) in body should have at least \(limit) items"
                : "\(path) in body should have at most \(limit) items"
        }
        let listType = document["x-kubernetes-list-type"]?.stringValue
        let keys = (document["x-kubernetes-list-map-keys"]?.arrayValue ?? []).compactMap(\.stringValue)
        var seen: Set<JSONValue> = []
        for (index, entry) in entries.enumerated() {
            let at = "\(path)[\(index)]"
            items?.validate(entry, path: at, errors: &errors)
            var identity = entry
            if listType == "map" { identity = .array(keys.map { entry[$0] ?? nil }) }
            guard listType == "map" || listType == "set", !seen.insert(identity).inserted else { continue }
            var shown = entry
            if listType == "map" { shown = .object(JSONObject(keys.map { ($0, entry[$0] ?? nil) })) }
            errors.append(.duplicate(at, shown))
        }
    }

    private func validate(text: String, path: String, errors: inout [FieldError]) {
        let value = JSONValue.string(text)
        let length = text.unicodeScalars.count
        if let limit = document["minLength"]?.intValue, length < limit {
            errors.append(.invalid(path, value, "\(path) in body should be at least \(limit) chars long"))
        }
        if let limit = document["maxLength"]?.intValue, length > limit {
            errors.append(
                FieldError(field: path, problem: .tooLong, message: "Too long: may not be longer than \(limit)"))
        }
        if let pattern, let expression, !expression.matches(text) {
            errors.append(.invalid(path, value, "\(path) in body should match '\(pattern)'"))
        }
    }

    private func validate(number: JSONNumber, path: String, errors: inout [FieldError]) {
        let value = JSONValue.number(number)
        if let limit = document["minimum"], let bound = limit.doubleValue {
            let isExclusive = document["exclusiveMinimum"] == true
            if isExclusive ? number.double <= bound : number.double < bound {
                let relation = isExclusive ? "greater than" : "greater than or equal to"
                errors.append(.invalid(path, value, "\(path) in body should be \(relation) \(limit.text)"))
            }
        }
        if let limit = document["maximum"], let bound = limit.doubleValue {
            let isExclusive = document["exclusiveMaximum"] == true
            if isExclusive ? number.double >= bound : number.double > bound {
                let relation = isExclusive ? "less than" : "less than or equal to"
                errors.append(.invalid(path, value, "\(path) in body should be \(relation) \(limit.text)"))
            }
        }
        if let factor = document["multipleOf"]?.doubleValue, factor > 0,
            number.double.truncatingRemainder(dividingBy: factor) != 0
        {
            errors.append(.invalid(path, value, "\(path) in body should be a multiple of \(factor)"))
        }
    }

    private func checkCount(
        _ count: Int, _ minimum: String, _ maximum: String, path: String, errors: inout [FieldError],
        text: (Int, Bool) -> String
    ) {
        let value = JSONValue.number(JSONNumber(count))
        if let limit = document[minimum]?.intValue, count < limit {
            errors.append(.invalid(path, value, text(limit, true)))
        }
        if let limit = document[maximum]?.intValue, count > limit {
            errors.append(.invalid(path, value, text(limit, false)))
        }
    }

    /// `allOf`, `anyOf`, `oneOf` and `not`, which in structural schemas only add conditions.
    private func checkCombinations(_ value: JSONValue, path: String, errors: inout [FieldError]) {
        for schema in combinations.all {
            schema.validate(value, path: path, errors: &errors)
        }
        if !combinations.any.isEmpty, !combinations.any.contains(where: { $0.accepts(value, path) }) {
            errors.append(.invalid(path, value, "\(path) in body must validate at least one schema (anyOf)"))
        }
        if !combinations.one.isEmpty, combinations.one.filter({ $0.accepts(value, path) }).count != 1 {
            errors.append(.invalid(path, value, "\(path) in body must validate one and only one schema (oneOf)"))
        }
        if let not = combinations.not, not.accepts(value, path) {
            errors.append(.invalid(path, value, "\(path) in body must not validate the schema (not)"))
        }
    }

    private func accepts(_ value: JSONValue, _ path: String) -> Bool {
        var errors: [FieldError] = []
        validate(value, path: path, errors: &errors)
        return errors.isEmpty
    }
}
