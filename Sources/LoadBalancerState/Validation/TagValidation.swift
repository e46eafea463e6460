import ELBModel

/// What tags must look like.
enum TagValidation {
    /// Checks each tag, and that no key occurs twice.
    static func check(_ tags: [Tag]) throws(ELBFailure) {
        var seen: Set<String> = []
        for tag in tags {
            guard (1...128).contains(tag.key.unicodeScalars.count) else {
                throw .validation("Tag key '\(tag.key.prefix(140))' must have 1 to 128 characters")
            }
            guard tag.value.unicodeScalars.count <= 256 else {
                throw .validation("The value of tag '\(tag.key)' must have at most 256 characters")
            }
            guard !tag.key.lowercased().hasPrefix("aws:") else {
                throw .validation("Tag key '\(tag.key)' must not begin with the reserved prefix 'aws:'")
            }
            for text in [tag.key, tag.value] {
                guard let bad = text.unicodeScalars.first(where: { !isAllowed($0) }) else { continue }
                throw .validation("Tag '\(tag.key)' contains '\(bad)'. Use letters, digits, spaces and _.:/=+-@")
            }
            guard seen.insert(tag.key).inserted else {
                throw ELBFailure(.duplicateTagKeys, "A tag key was specified more than once: '\(tag.key)'")
            }
        }
    }

    /// The tags after adding: known keys keep their place.
    static func merged(_ existing: [Tag], _ added: [Tag], quota: Int) throws(ELBFailure) -> [Tag] {
        var result = existing
        for tag in added {
            if let index = result.firstIndex(where: { $0.key == tag.key }) {
                result[index] = tag
            } else {
                result.append(tag)
            }
        }
        guard result.count <= quota else {
            throw ELBFailure(.tooManyTags, "The maximum number of tags per resource '\(quota)' has been reached")
        }
        return result
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if "_.:/=+-@".unicodeScalars.contains(scalar) { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .spaceSeparator, .lineSeparator, .paragraphSeparator:
            return true
        default: return false
        }
    }
}
