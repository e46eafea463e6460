/// Why some bytes are not JSON, and where.
package struct JSONError: Error, Equatable, Sendable {
    /// What the grammar would have allowed.
    package enum Expectation: String, Equatable, Sendable {
        case value = "a value"
        case key = "a member name in double quotes"
        case keyOrEnd = "a member name in double quotes or '}'"
        case colon = "':' after a member name"
        case commaOrBrace = "',' or '}' after a member"
        case commaOrBracket = "',' or ']' after an element"
        case valueOrEnd = "a value or ']'"
        case literal = "true, false or null"
        case digit = "a digit"
        case quote = "the closing double quote of a string"
        case escape = "one of \" \\ / b f n r t u after a backslash"
        case hexDigits = "four hexadecimal digits after \\u"
        case end = "nothing after the document"
    }

    /// The kinds of mistakes.
    package enum Problem: Equatable, Sendable {
        /// A byte which the grammar does not allow here.
        case unexpected(UInt8, expected: Expectation)
        /// The document stops too early.
        case endOfInput(expected: Expectation)
        /// The bytes EF BB BF at the start; RFC 8259 section 8.1.
        case byteOrderMark
        /// Bytes that are not UTF-8: overlong, out of range, a surrogate, or cut off.
        case invalidUTF8
        /// A byte below 20 hexadecimal inside a string, which has to be written as an escape.
        case controlCharacter(UInt8)
        /// A `\u` escape of half a surrogate pair, which is no character.
        case loneSurrogate
        /// A number with a leading zero, such as `01`.
        case leadingZero
        /// More arrays and objects inside each other than this limit.
        case nestingTooDeep(limit: Int)
    }

    /// The number of bytes before the mistake.
    package var offset: Int
    /// The mistake.
    package var problem: Problem

    /// A mistake at a place.
    package init(offset: Int, problem: Problem) {
        self.offset = offset
        self.problem = problem
    }
}

extension JSONError: CustomStringConvertible {
    /// One sentence with the place, what is there and what would be right.
    package var description: String { "not JSON at byte \(offset): \(problem)" }

    /// The line and the column, both from 1 and the column in bytes, of the mistake in the document it came from.
    package func position(in document: some Sequence<UInt8>) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in document.prefix(offset) {
            column += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            }
        }
        return (line, column)
    }
}

extension JSONError.Problem: CustomStringConvertible {
    /// What is there and what would be right.
    package var description: String {
        switch self {
        case .unexpected(let byte, let expected): "found \(Self.name(of: byte)), expected \(expected.rawValue)"
        case .endOfInput(let expected): "the document ends, expected \(expected.rawValue)"
        case .byteOrderMark: "found a byte order mark; remove the first three bytes"
        case .invalidUTF8: "the bytes are not UTF-8; save the document as UTF-8"
        case .controlCharacter(let byte): "found \(Self.name(of: byte)) inside a string; write it as an escape"
        case .loneSurrogate: "found half of a surrogate pair; write both halves or the character itself"
        case .leadingZero: "found a number with a leading zero; write it without"
        case .nestingTooDeep(let limit): "more than \(limit) arrays and objects inside each other"
        }
    }

    private static func name(of byte: UInt8) -> String {
        let hexadecimal = String(byte, radix: 16, uppercase: true)
        guard (0x20..<0x7F).contains(byte) else { return "byte 0x\(byte < 16 ? "0" : "")\(hexadecimal)" }
        return "'\(Unicode.Scalar(byte))'"
    }
}
