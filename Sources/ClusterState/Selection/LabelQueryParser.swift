/// Reads the words of a label selector into requirements.
struct LabelQueryParser {
    struct Problem: Error {
        var text: String
    }

    private enum Word: Equatable {
        case identifier(String)
        /// `= == != > < ( ) , !`, or `in` and `notin` where an operator stands.
        case symbol(String)
        case end

        /// How the texts quote it.
        var text: String {
            switch self {
            case .identifier(let text), .symbol(let text): text
            case .end: ""
            }
        }
    }

    private static let symbols: Set<String> = [")", ",", "!", "==", "=", ">", "(", "!=", "<"]
    private static let symbolCharacters: Set<Character> = ["=", "!", "(", ")", ",", ">", "<"]
    private static let blanks: Set<Character> = [" ", "\t", "\r", "\n"]

    private var words: [Word] = []
    private var position = 0

    init(_ text: String) {
        var rest = text[...]
        while true {
            rest = rest.drop { Self.blanks.contains($0) }
            guard let first = rest.first else { break }
            if Self.symbolCharacters.contains(first) {
                let symbol = Self.longestSymbol(rest)
                words.append(.symbol(String(symbol)))
                rest = rest.dropFirst(symbol.count)
            } else {
                let word = rest.prefix { !Self.symbolCharacters.contains($0) && !Self.blanks.contains($0) }
                words.append(.identifier(String(word)))
                rest = rest.dropFirst(word.count)
            }
        }
        words.append(.end)
    }

    private static func longestSymbol(_ text: Substring) -> Substring {
        let two = text.prefix(2)
        return symbols.contains(String(two)) ? two : text.prefix(1)
    }

    mutating func requirements() throws(Problem) -> [LabelQuery.Requirement] {
        var found: [LabelQuery.Requirement] = []
        while true {
            switch next {
            case .end: return found
            case .identifier, .symbol("!"):
                do throws(Problem) {
                    found.append(try requirement())
                } catch {
                    throw Problem(text: "unable to parse requirement: \(error.text)")
                }
                let separator = take()
                if separator == .end { return found }
                guard separator == .symbol(",") else {
                    throw Problem(text: "found '\(separator.text)', expected: ',' or 'end of string'")
                }
                switch next {
                case .identifier, .symbol("!"): continue
                case .symbol, .end:
                    throw Problem(text: "found '\(next.text)', expected: identifier after ','")
                }
            case .symbol:
                throw Problem(text: "found '\(next.text)', expected: !, identifier, or 'end of string'")
            }
        }
    }

    private var next: Word { words[min(position, words.count - 1)] }

    private mutating func take() -> Word {
        defer { position += 1 }
        return next
    }

    private mutating func requirement() throws(Problem) -> LabelQuery.Requirement {
        var word = take()
        let isAbsence = word == .symbol("!")
        if isAbsence { word = take() }
        guard case .identifier(let key) = word else {
            throw Problem(text: "found '\(word.text)', expected: identifier")
        }
        let problems = NameRules.qualifiedNameProblems(key)
        guard problems.isEmpty else {
            throw Problem(text: "invalid label key \"\(key)\": \(problems.joined(separator: "; "))")
        }
        if isAbsence { return LabelQuery.Requirement(key: key, comparison: .doesNotExist) }
        if next == .end || next == .symbol(",") { return LabelQuery.Requirement(key: key, comparison: .exists) }
        return try comparison(of: key)
    }

    private mutating func comparison(of key: String) throws(Problem) -> LabelQuery.Requirement {
        let sign = take()
        let requirement: LabelQuery.Requirement
        switch sign.text {
        case "=", "==": requirement = .init(key: key, comparison: .isIn, values: [try value()])
        case "!=": requirement = .init(key: key, comparison: .notIn, values: [try value()])
        case ">": requirement = .init(key: key, comparison: .greaterThan, values: [try value()])
        case "<": requirement = .init(key: key, comparison: .lessThan, values: [try value()])
        case "in": requirement = .init(key: key, comparison: .isIn, values: try values())
        case "notin": requirement = .init(key: key, comparison: .notIn, values: try values())
        default: throw Problem(text: "found '\(sign.text)', expected: '=', '!=', '==', 'in', notin'")
        }
        if ">" == sign.text || "<" == sign.text, requirement.values.first.flatMap(Int.init) == nil {
            throw Problem(text: "for 'Gt', 'Lt' operators, the value must be an integer")
        }
        for value in requirement.values {
            let problems = NameRules.labelValueProblems(value)
            guard !problems.isEmpty else { continue }
            let list = problems.joined(separator: "; ")
            throw Problem(text: "invalid label value: \"\(value)\": at key: \"\(key)\": \(list)")
        }
        return requirement
    }

    private mutating func value() throws(Problem) -> String {
        if next == .end || next == .symbol(",") { return "" }
        let word = take()
        guard case .identifier(let text) = word else {
            throw Problem(text: "found '\(word.text)', expected: identifier")
        }
        return text
    }

    /// `(a,b)`; a value may be empty.
    private mutating func values() throws(Problem) -> [String] {
        let open = take()
        guard open == .symbol("(") else { throw Problem(text: "found '\(open.text)' expected: '('") }
        var values: Set<String> = []
        var isValueDue = true
        while true {
            let word = take()
            switch word {
            case .identifier(let text) where isValueDue:
                values.insert(text)
                isValueDue = false
            case .symbol(","):
                if isValueDue { values.insert("") }
                isValueDue = true
            case .symbol(")"):
                if isValueDue { values.insert("") }
                return values.sorted()
            case .identifier, .symbol, .end:
                throw Problem(text: "found '\(word.text)', expected: ',' or ')'")
            }
        }
    }
}
