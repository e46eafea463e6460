/// A pattern in which `*` stands for any text and `?` for one character, matched against a whole text.
package struct WildcardPattern: Sendable {
    private enum Piece: Equatable {
        case byte(UInt8)
        case one
        case many
    }

    private var pieces: [Piece] = []
    private let ignoresCase: Bool

    /// Reads a pattern; with `escapes`, a backslash makes the next `*`, `?` or backslash literal.
    package init(_ text: String, ignoresCase: Bool, escapes: Bool = false) {
        self.ignoresCase = ignoresCase
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                if byte != UInt8(ascii: "*"), byte != UInt8(ascii: "?"), byte != UInt8(ascii: "\\") {
                    pieces.append(.byte(UInt8(ascii: "\\")))
                }
                pieces.append(.byte(ignoresCase ? ASCII.lowercased(byte) : byte))
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\") where escapes: isEscaped = true
            case UInt8(ascii: "*"): if pieces.last != .many { pieces.append(.many) }
            case UInt8(ascii: "?"): pieces.append(.one)
            default: pieces.append(.byte(ignoresCase ? ASCII.lowercased(byte) : byte))
            }
        }
        if isEscaped { pieces.append(.byte(UInt8(ascii: "\\"))) }
    }

    /// Whether the whole text matches. Takes at most pieces x bytes steps.
    package func matches(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        var position = 0
        var piece = 0
        var retry: (piece: Int, position: Int)?
        while position < bytes.count {
            if piece < pieces.count, pieces[piece] == .many {
                retry = (piece, position)
                piece += 1
            } else if piece < pieces.count, accepts(pieces[piece], bytes[position]) {
                piece += 1
                position += 1
            } else if let last = retry {
                retry = (last.piece, last.position + 1)
                piece = last.piece + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .many }
    }

    private func accepts(_ piece: Piece, _ byte: UInt8) -> Bool {
        switch piece {
        case .byte(let wanted): wanted == (ignoresCase ? ASCII.lowercased(byte) : byte)
        case .one: true
        case .many: false
        }
    }
}
