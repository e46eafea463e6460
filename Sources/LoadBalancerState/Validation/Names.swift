import ELBModel

/// What names and ARNs must look like.
enum Names {
    /// The longest name.
    static let countMax = 32

    /// At most 32 letters, digits and hyphens, no hyphen at either end.
    static func check(_ name: String, of kind: String) throws(ELBFailure) {
        guard !name.isEmpty else { throw .validation("\(kind) name cannot be empty") }
        guard name.utf8.count <= countMax else {
            throw .validation("\(kind) name '\(name)' cannot be longer than '\(countMax)' characters")
        }
        guard name.utf8.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") }) else {
            throw .validation(
                "\(kind) name '\(name)' can only contain characters that are alphanumeric characters or hyphens(-)")
        }
        guard !name.hasPrefix("-"), !name.hasSuffix("-") else {
            throw .validation("\(kind) name '\(name)' cannot begin or end with '-'")
        }
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// Refuses text that cannot be an ARN of that kind.
    static func check(_ arn: some ResourceARN, is kind: String) throws(ELBFailure) {
        guard arn.isWellFormed else { throw .validation("'\(arn.rawValue)' is not a valid \(kind) ARN") }
    }

    /// Refuses a word which is not in the set, with the words of the AWS validator.
    static func check<Word: WireToken>(_ word: Word?, at place: String, in words: [Word]) throws(ELBFailure) {
        guard let word, !words.contains(word) else { return }
        let set = words.map(\.rawValue).joined(separator: ", ")
        let problem: String = "Value '\(word)' at '\(place)' failed to satisfy constraint"
        throw .validation("1 validation error detected: \(problem): Member must satisfy enum value set: [\(set)]")
    }

    /// Refuses a number outside the range.
    static func check(_ number: Int?, at place: String, in range: ClosedRange<Int>) throws(ELBFailure) {
        guard let number, !range.contains(number) else { return }
        let bound =
            number < range.lowerBound
            ? "greater than or equal to \(range.lowerBound)" : "less than or equal to \(range.upperBound)"
        let problem: String = "Value '\(number)' at '\(place)' failed to satisfy constraint"
        throw .validation("1 validation error detected: \(problem): Member must have value \(bound)")
    }
}
