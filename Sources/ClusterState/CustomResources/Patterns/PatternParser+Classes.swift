/// Brackets and backslashes.
extension PatternParser {
    mutating func bracket() throws(PatternError) -> ScalarSet {
        let start = position
        position += 1
        var set = ScalarSet(ignoresCase: ignoresCase)
        if next == "^" {
            set.isNegated = true
            position += 1
        }
        var isFirst = true
        while isFirst || next != "]" {
            isFirst = false
            guard next != nil else { throw PatternError(problem: "missing closing ]", text: text(start)) }
            if let part = try namedClass() {
                set.parts.append(part)
            } else {
                set.parts.append(.range(try range(start)))
            }
        }
        position += 1
        return set
    }

    private mutating func range(_ bracket: Int) throws(PatternError) -> ClosedRange<UInt32> {
        let start = position
        let low = try classScalar(bracket)
        guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
            return low.value...low.value
        }
        position += 1
        let high = try classScalar(bracket)
        guard low <= high else {
            throw PatternError(problem: "invalid character class range", text: text(start, position))
        }
        return low.value...high.value
    }

    private mutating func classScalar(_ bracket: Int) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = next else { throw PatternError(problem: "missing closing ]", text: text(bracket)) }
        if scalar == "\\" { return try escapedScalar() }
        position += 1
        return scalar
    }

    /// `[:alpha:]`, `\d` or `\pL` within brackets.
    private mutating func namedClass() throws(PatternError) -> ScalarSet.Part? {
        if startsWith("[:") {
            let start = position
            var end = start + 2
            while end + 1 < scalars.count, !(scalars[end] == ":" && scalars[end + 1] == "]") { end += 1 }
            guard end + 1 < scalars.count else { return nil }
            let name = text(start + 2, end)
            guard let set = ScalarSet.posix(name.hasPrefix("^") ? String(name.dropFirst()) : name) else {
                throw PatternError(problem: "invalid character class range", text: text(start, end + 2))
            }
            position = end + 2
            return .set(ScalarSet([.set(set)], isNegated: name.hasPrefix("^")))
        }
        return try perlClass()
    }

    /// `\d`, `\D`, `\pL`, `\P{Lu}`.
    private mutating func perlClass() throws(PatternError) -> ScalarSet.Part? {
        guard next == "\\", position + 1 < scalars.count else { return nil }
        let letter = scalars[position + 1]
        switch letter {
        case "d", "D", "s", "S", "w", "W":
            position += 2
            let set: ScalarSet =
                switch letter {
                case "d", "D": .digits
                case "s", "S": .spaces
                default: .words
                }
            return .set(ScalarSet([.set(set)], isNegated: letter.properties.isUppercase))
        case "p", "P": return try category()
        default: return nil
        }
    }

    private mutating func category() throws(PatternError) -> ScalarSet.Part {
        let start = position
        var isIn = scalars[position + 1] == "p"
        position += 2
        var name = ""
        if next == "{" {
            guard let end = scalars[position...].firstIndex(of: "}") else {
                throw PatternError(problem: "invalid character class range", text: text(start))
            }
            name = text(position + 1, end)
            position = end + 1
        } else if let scalar = next {
            name = String(Character(scalar))
            position += 1
        }
        if name.hasPrefix("^") {
            isIn.toggle()
            name.removeFirst()
        }
        guard ScalarSet.isCategory(name) else {
            throw PatternError(problem: "invalid character class range", text: text(start, position))
        }
        return .category(name, isIn: isIn)
    }

    /// What a backslash begins outside brackets.
    mutating func escaped() throws(PatternError) -> PatternNode {
        if let part = try perlClass() { return .one(ScalarSet([part])) }
        let letter: Unicode.Scalar? = position + 1 < scalars.count ? scalars[position + 1] : nil
        let assertions: [Unicode.Scalar: PatternNode.Assertion] = [
            "A": .textBegin, "z": .textEnd, "b": .wordBoundary, "B": .noWordBoundary,
        ]
        if let letter, let assertion = assertions[letter] {
            position += 2
            return .assertion(assertion)
        }
        if letter == "Q" { return quotedText() }
        return .one(ScalarSet(try escapedScalar(), ignoresCase: ignoresCase))
    }

    /// `\Q…\E`: everything between stands for itself.
    private mutating func quotedText() -> PatternNode {
        position += 2
        var parts: [PatternNode] = []
        while let scalar = next, !startsWith("\\E") {
            parts.append(.one(ScalarSet(scalar, ignoresCase: ignoresCase)))
            position += 1
        }
        if next != nil { position += 2 }
        return .sequence(parts)
    }

    private mutating func escapedScalar() throws(PatternError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let letter = next else {
            throw PatternError(problem: "trailing backslash at end of expression", text: "")
        }
        position += 1
        let controls: [Unicode.Scalar: Unicode.Scalar] = [
            "a": "\u{07}", "f": "\u{0C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{0B}",
        ]
        if let control = controls[letter] { return control }
        if letter == "x", let scalar = hexadecimal() { return scalar }
        let isOctal = letter == "0" || (("1"..."7").contains(letter) && next.map { ("0"..."7").contains($0) } ?? false)
        if isOctal {
            var value = letter.value - 0x30
            var count = 1
            while count < 3, let digit = next, ("0"..."7").contains(digit) {
                value = value * 8 + digit.value - 0x30
                position += 1
                count += 1
            }
            return Unicode.Scalar(value) ?? letter
        }
        let isAlphanumeric = ScalarSet.words.contains(letter) && letter != "_"
        guard letter.isASCII, !isAlphanumeric else {
            throw PatternError(problem: "invalid escape sequence", text: text(start, position))
        }
        return letter
    }

    /// The digits after `\x`: two, or any number in braces.
    private mutating func hexadecimal() -> Unicode.Scalar? {
        var digits = ""
        if next == "{", let end = scalars[position...].firstIndex(of: "}") {
            digits = text(position + 1, end)
            guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else { return nil }
            position = end + 1
            return scalar
        }
        digits = text(position, min(position + 2, scalars.count))
        guard digits.count == 2, let value = UInt32(digits, radix: 16) else { return nil }
        position += 2
        return Unicode.Scalar(value)
    }
}
