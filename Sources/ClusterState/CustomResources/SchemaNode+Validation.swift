import JSON

/// What a schema finds in a value.
struct SchemaFindings {
    /// Named by the path below the value that was given; empty for that value itself.
    var errors: [FieldError] = []
    /// How much of the schema was looked at: of several failing alternatives the one with most is reported.
    var matches = 1

    mutating func add(_ other: SchemaFindings) {
        errors += other.errors
        matches += other.matches
    }
}

extension StructuralSchema.Node {
    /// What is wrong with a value.
    ///
    /// - Parameter name: the value's path as texts have it, empty at the root. List entries have the list's.
    /// Source: the texts and the order of real refusals.
    func findings(_ value: JSONValue, _ name: String = "") -> SchemaFindings {
        var found = SchemaFindings()
        found.errors += typeErrors(value, name)
        if !value.isNull { addCombinations(value, name, &found) }
        switch value {
        case .string(let text):
            found.errors += textErrors(text, name)
            found.errors += formatErrors(text, name)
        case .number(let number): found.errors += numberErrors(number, name)
        case .array(let entries):
            if let items { for entry in entries { found.add(items.findings(entry, name)) } }
            found.errors += countErrors(entries.count, name)
        case .null, .bool, .object: break
        }
        found.errors += enumerationErrors(value, name)
        if case .object(let object) = value { addMembers(object, name, &found) }
        return found
    }

    private func typeErrors(_ value: JSONValue, _ name: String) -> [FieldError] {
        let wanted = isIntOrString ? "integer,string" : type
        if wanted.isEmpty || (value.isNull && isNullable) || fits(value) { return [] }
        return [
            .invalid(
                field(name), .string(value.schemaTypeName),
                "\(name) in body must be of type \(wanted): \"\(value.schemaTypeName)\"")
        ]
    }

    private func fits(_ value: JSONValue) -> Bool {
        if isIntOrString { return value.stringValue != nil || value.intValue != nil }
        switch type {
        case "object": return value.objectValue != nil
        case "array": return value.arrayValue != nil
        case "string": return value.stringValue != nil
        case "boolean": return value.boolValue != nil
        case "integer": return value.intValue != nil
        case "number": return value.doubleValue != nil
        default: return true
        }
    }

    /// Only the first thing that is wrong.
    private func textErrors(_ text: String, _ name: String) -> [FieldError] {
        let length = text.unicodeScalars.count
        if let limit = document["maxLength"]?.intValue, length > limit {
            return [.invalid(field(name), .string(text), "\(name) in body should be at most \(limit) chars long")]
        }
        if let limit = document["minLength"]?.intValue, length < limit {
            return [.invalid(field(name), .string(text), "\(name) in body should be at least \(limit) chars long")]
        }
        if let pattern, let expression, !expression.matches(text) {
            return [.invalid(field(name), .string(text), "\(name) in body should match '\(pattern)'")]
        }
        return []
    }

    private func formatErrors(_ text: String, _ name: String) -> [FieldError] {
        guard let format, !TextFormat.fits(text, format) else { return [] }
        return [
            .invalid(
                field(name), .string(text),
                "\(name) in body must be of type \(format): \(GoText.quotedText(text))")
        ]
    }

    private func numberErrors(_ number: JSONNumber, _ name: String) -> [FieldError] {
        var problems: [String] = []
        if let factor = document["multipleOf"], let divisor = factor.doubleValue, divisor > 0 {
            let quotient = number.double / divisor
            if quotient.rounded() != quotient { problems.append("should be a multiple of \(factor.text)") }
        }
        if let limit = document["maximum"], let bound = limit.doubleValue {
            if document["exclusiveMaximum"] == true {
                if number.double >= bound { problems.append("should be less than \(limit.text)") }
            } else if number.double > bound {
                problems.append("should be less than or equal to \(limit.text)")
            }
        }
        if let limit = document["minimum"], let bound = limit.doubleValue {
            if document["exclusiveMinimum"] == true {
                if number.double <= bound { problems.append("should be greater than \(limit.text)") }
            } else if number.double < bound {
                problems.append("should be greater than or equal to \(limit.text)")
            }
        }
        return problems.map { .invalid(field(name), .number(number), "\(name) in body \($0)") }
    }

    private func countErrors(_ count: Int, _ name: String) -> [FieldError] {
        var errors: [FieldError] = []
        let value = JSONValue.number(JSONNumber(count))
        if let limit = document["minItems"]?.intValue, count < limit {
            errors.append(.invalid(field(name), value, "\(name) in body should have at least \(limit) items"))
        }
        if let limit = document["maxItems"]?.intValue, count > limit {
            errors.append(.invalid(field(name), value, "\(name) in body should have at most \(limit) items"))
        }
        return errors
    }

    private func enumerationErrors(_ value: JSONValue, _ name: String) -> [FieldError] {
        guard let allowed = document["enum"]?.arrayValue, !allowed.contains(value) else { return [] }
        let list = allowed.map { GoText.quotedText($0.plainText) }.joined(separator: ", ")
        return [
            FieldError(
                field: field(name), problem: .notSupported,
                message: "Unsupported value: \(GoText.value(value)): supported values: \(list)")
        ]
    }

    /// Members are only looked at where their number is right.
    private func addMembers(_ object: JSONObject, _ name: String, _ found: inout SchemaFindings) {
        for (limitName, relation, isBroken) in [
            ("minProperties", "at least", { (limit: Int) in object.count < limit }),
            ("maxProperties", "at most", { (limit: Int) in object.count > limit }),
        ] {
            guard let limit = document[limitName]?.intValue, isBroken(limit) else { continue }
            let shown = JSONValue.number(JSONNumber(limit))
            found.errors.append(
                .invalid(field(name), shown, "\(name) in body should have \(relation) \(limit) properties"))
            return
        }
        if let additional {
            for (key, member) in object.sortedByKey where property(key) == nil {
                found.add(additional.findings(member, "\(name).\(key)"))
            }
        }
        for (key, node) in properties {
            guard let member = object[key] else { continue }
            found.add(node.findings(member, name.isEmpty ? key : "\(name).\(key)"))
        }
        for key in required where object[key] == nil {
            found.errors.append(.required(field("\(name).\(key)")))
        }
    }

    /// `anyOf`, `oneOf`, `allOf` and `not`, which in structural schemas only add conditions. Their texts name no field.
    private func addCombinations(_ value: JSONValue, _ name: String, _ found: inout SchemaFindings) {
        func add(_ problem: String) { found.errors.append(.invalid("", "", "\"\(name)\" \(problem)")) }
        if !combinations.any.isEmpty {
            let all = combinations.any.map { $0.findings(value, name) }
            if !all.contains(where: \.errors.isEmpty) {
                add("must validate at least one schema (anyOf)")
                if let best = Self.best(of: all) { found.add(best) }
            }
        }
        if !combinations.one.isEmpty {
            let all = combinations.one.map { $0.findings(value, name) }
            let valid = all.count(where: \.errors.isEmpty)
            if valid != 1 {
                let count = valid == 0 ? "Found none valid" : "Found \(valid) valid alternatives"
                add("must validate one and only one schema (oneOf). \(count)")
                if valid == 0, let best = Self.best(of: all) { found.add(best) }
            }
        }
        if !combinations.all.isEmpty {
            let all = combinations.all.map { $0.findings(value, name) }
            for one in all { found.add(one) }
            let valid = all.count(where: \.errors.isEmpty)
            if valid < all.count {
                add("must validate all the schemas (allOf)\(valid == 0 ? ". None validated" : "")")
            }
        }
        if let not = combinations.not, not.findings(value, name).errors.isEmpty {
            add("must not validate the schema (not)")
        }
    }

    /// The first of those that most was looked at in.
    private static func best(of all: [SchemaFindings]) -> SchemaFindings? {
        all.enumerated().max { ($0.element.matches, -$0.offset) < ($1.element.matches, -$1.offset) }?.element
    }

    private func field(_ name: String) -> String { name.hasPrefix(".") ? String(name.dropFirst()) : name }
}

extension JSONValue {
    /// How schemas call the value's type: whole numbers are `integer`.
    var schemaTypeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: intValue == nil ? "number" : "integer"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
