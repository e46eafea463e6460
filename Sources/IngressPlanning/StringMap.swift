/// The map in `k=v,k=v`; `nil` when the text is malformed.
///
/// A backslash makes the next character literal. A comma separates only when an `=` follows somewhere; with nothing
/// but blanks behind it the comma belongs to the value; anything else behind it is an error. Pieces are trimmed and
/// split at their first `=`; the later of two equal keys wins. Source: the peer's `stringMap` annotations.
func stringMap(parsing text: String) -> [String: String]? {
    guard !text.isEmpty else { return [:] }
    guard let pieces = mapPieces(Array(text)) else { return nil }
    var map: [String: String] = [:]
    for piece in pieces {
        guard let separator = piece.firstIndex(of: "=") else { return nil }
        let key = String(piece[..<separator]).trimmingWhitespace
        guard !key.isEmpty else { return nil }
        map[key] = String(piece[piece.index(after: separator)...]).trimmingWhitespace
    }
    return map
}

private func mapPieces(_ characters: [Character]) -> [String]? {
    var pieces: [String] = []
    var current = ""
    var index = 0
    while index < characters.count {
        let character = characters[index]
        index += 1
        if character == "\\", index < characters.count {
            current.append(characters[index])
            index += 1
            continue
        }
        guard character == "," else {
            current.append(character)
            continue
        }
        let rest = characters[index...]
        if rest.contains("=") {
            pieces.append(current)
            current = ""
        } else if rest.allSatisfy(\.isWhitespace) {
            current.append(character)
        } else {
            return nil
        }
    }
    pieces.append(current)
    return pieces
}
