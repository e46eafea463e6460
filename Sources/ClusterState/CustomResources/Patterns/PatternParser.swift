/// Reads RE2 syntax.
struct PatternParser {
    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotTakesNewline = false
    }

    /// The most copies that nested repetitions may ask for.
    private static let copiesMax = 1_000
    /// How deep groups may nest.
    private static let depthMax = 250

    let scalars: [Unicode.Scalar]
    var position = 0
    private var flags = Flags()
    private var depth = 0

    static func parse(_ source: String) throws(PatternError) -> PatternNode {
        var parser = PatternParser(scalars: Array(source.unicodeScalars))
        let tree = try parser.choice()
        guard parser.next == nil else { throw PatternError(problem: "unexpected )", text: source) }
        return tree
    }

    private init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    var ignoresCase: Bool { flags.ignoresCase }

    /// The source from one place to another.
    func text(_ start: Int, _ end: Int? = nil) -> String {
        String(String.UnicodeScalarView(scalars[start..<min(end ?? scalars.count, scalars.count)]))
    }

    func startsWith(_ prefix: String) -> Bool {
        scalars[position...].starts(with: prefix.unicodeScalars)
    }

    private mutating func choice() throws(PatternError) -> PatternNode {
        let outer = flags
        defer { flags = outer }
        var options = [try sequence()]
        while next == "|" {
            position += 1
            options.append(try sequence())
        }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        var lastRepetition: Int?
        while let scalar = next, scalar != "|", scalar != ")" {
            let start = position
            if let (minimum, maximum) = try repetition() {
                if let lastRepetition {
                    throw PatternError(
                        problem: "invalid nested repetition operator", text: text(lastRepetition, position))
                }
                guard let part = parts.popLast() else {
                    throw PatternError(
                        problem: "missing argument to repetition operator", text: text(start, position))
                }
                let repeated = PatternNode.repetition(part, minimum: minimum, maximum: maximum)
                guard repeated.copies <= Self.copiesMax else {
                    throw PatternError(problem: "invalid repeat count", text: text(start, position))
                }
                parts.append(repeated)
                lastRepetition = start
            } else {
                lastRepetition = nil
                if let part = try atom() { parts.append(part) }
            }
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    /// `*`, `+`, `?` or `{n,m}`, each of which may be followed by `?`.
    private mutating func repetition() throws(PatternError) -> (Int, Int?)? {
        let start = position
        var bounds: (Int, Int?)
        switch next {
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "?": bounds = (0, 1)
        case "{":
            guard let counted = counts() else { return nil }
            bounds = counted
            let highest = max(bounds.0, bounds.1 ?? 0)
            guard highest <= Self.copiesMax, bounds.1.map({ $0 >= bounds.0 }) ?? true else {
                throw PatternError(problem: "invalid repeat count", text: text(start, position))
            }
            position -= 1
        default: return nil
        }
        position += 1
        if next == "?" { position += 1 }
        return bounds
    }

    /// `{n}`, `{n,}` or `{n,m}`; anything else is text.
    private mutating func counts() -> (Int, Int?)? {
        guard let end = scalars[position...].firstIndex(of: "}") else { return nil }
        let parts = text(position + 1, end).split(separator: ",", omittingEmptySubsequences: false)
        func number(_ part: Substring) -> Int? {
            guard !part.isEmpty, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int(part) ?? .max
        }
        guard parts.count <= 2, let minimum = number(parts[0]) else { return nil }
        var maximum: Int? = minimum
        if parts.count == 2 {
            maximum = number(parts[1])
            guard maximum != nil || parts[1].isEmpty else { return nil }
        }
        position = end + 1
        return (minimum, maximum)
    }

    private mutating func atom() throws(PatternError) -> PatternNode? {
        guard let scalar = next else { return nil }
        switch scalar {
        case "(": return try group()
        case "[": return .one(try bracket())
        case "\\": return try escaped()
        default: position += 1
        }
        switch scalar {
        case ".": return .one(flags.dotTakesNewline ? .any : .anyButNewline)
        case "^": return .assertion(flags.isMultiline ? .lineBegin : .textBegin)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        default: return .one(ScalarSet(scalar, ignoresCase: ignoresCase))
        }
    }

    private mutating func group() throws(PatternError) -> PatternNode? {
        let start = position
        let outer = flags
        position += 1
        if startsWith("?P<") {
            try groupName(start)
        } else if next == "?" {
            position += 1
            guard try flagsOpenGroup(start) else { return nil }
        }
        depth += 1
        guard depth <= Self.depthMax else {
            throw PatternError(problem: "expression nests too deeply", text: text(0))
        }
        let inner = try choice()
        depth -= 1
        guard next == ")" else { throw PatternError(problem: "missing closing )", text: text(0)) }
        position += 1
        flags = outer
        return inner
    }

    private mutating func groupName(_ start: Int) throws(PatternError) {
        guard let end = scalars[position...].firstIndex(of: ">") else {
            throw PatternError(problem: "invalid named capture", text: text(start))
        }
        let name = scalars[(position + 3)..<end]
        guard !name.isEmpty, name.allSatisfy(ScalarSet.words.contains) else {
            throw PatternError(problem: "invalid named capture", text: text(start, end + 1))
        }
        position = end + 1
    }

    /// Reads `i-m:` or `i)` after `(?`; returns whether a group follows.
    private mutating func flagsOpenGroup(_ start: Int) throws(PatternError) -> Bool {
        var isOn = true
        var changed = flags
        while let scalar = next {
            position += 1
            switch scalar {
            case "i": changed.ignoresCase = isOn
            case "m": changed.isMultiline = isOn
            case "s": changed.dotTakesNewline = isOn
            case "U": break
            case "-" where isOn: isOn = false
            case ":", ")":
                flags = changed
                return scalar == ":"
            default: throw PatternError(problem: "invalid or unsupported Perl syntax", text: text(start, position))
            }
        }
        throw PatternError(problem: "missing closing )", text: text(0))
    }
}
