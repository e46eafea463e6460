extension LabelSelector: CustomStringConvertible {
    /// Parses the query-parameter form: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
    ///
    /// - Throws: `SelectorError` naming the part that is not a requirement.
    package init(parsing text: String) throws(SelectorError) {
        var requirements: [Requirement] = []
        for part in Self.split(text) {
            requirements.append(try Self.requirement(part, in: text))
        }
        self.init(requirements: requirements)
    }

    /// The query-parameter form.
    package var description: String {
        requirements.map { requirement in
            switch requirement.operator {
            case .isIn where requirement.values.count == 1: "\(requirement.key)=\(requirement.values[0])"
            case .isIn: "\(requirement.key) in (\(requirement.values.joined(separator: ",")))"
            case .notIn where requirement.values.count == 1: "\(requirement.key)!=\(requirement.values[0])"
            case .notIn: "\(requirement.key) notin (\(requirement.values.joined(separator: ",")))"
            case .exists: requirement.key
            case .doesNotExist: "!\(requirement.key)"
            }
        }.joined(separator: ",")
    }

    /// Splits at commas that are not inside parentheses.
    private static func split(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        return parts.filter { !$0.allSatisfy(\.isWhitespace) }
    }

    private static func requirement(_ part: Substring, in text: String) throws(SelectorError) -> Requirement {
        if let open = part.firstIndex(of: "(") {
            return try setRequirement(part, open: open, in: text)
        }
        for (symbol, found) in [("!=", Requirement.Operator.notIn), ("==", .isIn), ("=", .isIn)] {
            guard let range = firstRange(of: symbol, in: part) else { continue }
            let key = try checkedKey(part[..<range.lowerBound], in: text)
            let value = trimmed(part[range.upperBound...])
            guard isLabelValue(value) else {
                throw SelectorError(text: text, problem: "\"\(value)\" is not a label value")
            }
            return Requirement(key: key, operator: found, values: [value])
        }
        let word = trimmed(part)
        if word.hasPrefix("!") {
            return Requirement(key: try checkedKey(word.dropFirst(), in: text), operator: .doesNotExist)
        }
        return Requirement(key: try checkedKey(Substring(word), in: text), operator: .exists)
    }

    private static func setRequirement(
        _ part: Substring, open: Substring.Index, in text: String
    ) throws(SelectorError) -> Requirement {
        let words = part[..<open].split(whereSeparator: \.isWhitespace)
        let tail = trimmed(part[open...])
        guard words.count == 2, tail.hasSuffix(")"), words[1] == "in" || words[1] == "notin" else {
            throw SelectorError(text: text, problem: "\"\(trimmed(part))\" is not of the form 'key in (a,b)'")
        }
        let values = tail.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
        for value in values where !isLabelValue(value) {
            throw SelectorError(text: text, problem: "\"\(value)\" is not a label value")
        }
        let found: Requirement.Operator = words[1] == "in" ? .isIn : .notIn
        return Requirement(key: try checkedKey(words[0], in: text), operator: found, values: values)
    }

    private static func checkedKey(_ part: Substring, in text: String) throws(SelectorError) -> String {
        let key = trimmed(part)
        let name = key.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard !name.isEmpty, isLabelValue(String(name)), key.count <= 317 else {
            throw SelectorError(text: text, problem: "\"\(key)\" is not a label key")
        }
        return key
    }

    private static func isLabelValue(_ value: String) -> Bool {
        if value.isEmpty { return true }
        func isAlphanumeric(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber)
        }
        guard value.utf8.count <= 63, let first = value.first, let last = value.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && value.allSatisfy { isAlphanumeric($0) || $0 == "-" || $0 == "_" || $0 == "." }
    }

    private static func trimmed(_ part: Substring) -> String {
        let head = part.drop(while: \.isWhitespace)
        return String(String(head.reversed().drop(while: \.isWhitespace)).reversed())
    }

    private static func firstRange(of symbol: String, in part: Substring) -> Range<Substring.Index>? {
        var index = part.startIndex
        while index < part.endIndex {
            if part[index...].hasPrefix(symbol) {
                return index..<part.index(index, offsetBy: symbol.count)
            }
            index = part.index(after: index)
        }
        return nil
    }
}
