/// The shape of a namespace's name: an RFC 1123 label.
package enum NamespaceRule {
    /// What is wrong with `name`, with the rule; `nil` when a namespace can have it.
    package static func problem(with name: String) -> String? {
        let bytes = Array(name.utf8)
        let isLabel =
            (1...63).contains(bytes.count) && bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            && bytes.first.map(isAlphanumeric) == true && bytes.last.map(isAlphanumeric) == true
        guard !isLabel else { return nil }
        return "'\(name)' cannot be the name of a namespace: a DNS-1123 label is 1 to 63 lower case letters, digits "
            + "and '-', and begins and ends with a letter or digit"
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
