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

    /// Whether an object can have the name: an RFC 1123 subdomain.
    package static func isName(_ name: String) -> Bool {
        name.utf8.count <= 253
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
                problem(with: String($0)) == nil
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
