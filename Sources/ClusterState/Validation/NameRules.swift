/// The shapes of names, labels and keys, each with the text the API gives where a value does not fit.
///
/// Source: RFC 1123, RFC 1035 and the validation texts of the Kubernetes API.
enum NameRules {
    static let subdomainMax = 253
    static let labelMax = 63

    /// What is wrong with an RFC 1123 subdomain: dot-separated labels.
    static func subdomainProblems(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > subdomainMax { problems.append("must be no more than 253 characters") }
        if !isSubdomain(text.utf8) {
            problems.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
                    + "must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")
        }
        return problems
    }

    /// What is wrong with an RFC 1123 label.
    static func labelProblems(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > labelMax { problems.append("must be no more than 63 characters") }
        if !isLabel(text.utf8) {
            problems.append(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
                    + "and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")
        }
        return problems
    }

    /// What is wrong with an RFC 1035 label, which begins with a letter.
    static func serviceNameProblems(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > labelMax { problems.append("must be no more than 63 characters") }
        if !isLabel(text.utf8) || !(text.utf8.first.map(isLower) ?? false) {
            problems.append(
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
                    + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used "
                    + "for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")
        }
        return problems
    }

    /// What is wrong with the key of a label or annotation, or with a finalizer: `prefix/name` or `name`.
    static func qualifiedNameProblems(_ text: String) -> [String] {
        if isQualifiedName(text.utf8) { return [] }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        var problems: [String] = []
        let name: Substring
        switch parts.count {
        case 1: name = parts[0]
        case 2:
            name = parts[1]
            if parts[0].isEmpty {
                problems.append("prefix part must be non-empty")
            } else {
                problems += subdomainProblems(String(parts[0])).map { "prefix part \($0)" }
            }
        default:
            return [
                "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
                    + "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
                    + "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix "
                    + "and '/' (e.g. 'example.com/MyName')"
            ]
        }
        if name.isEmpty {
            problems.append("name part must be non-empty")
        } else if name.utf8.count > labelMax {
            problems.append("name part must be no more than 63 characters")
        }
        if !isWord(name.utf8) {
            problems.append(
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                    + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation "
                    + "is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")
        }
        return problems
    }

    /// What is wrong with the value of a label.
    static func labelValueProblems(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > labelMax { problems.append("must be no more than 63 characters") }
        if !text.isEmpty, !isWord(text.utf8) {
            problems.append(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and "
                    + "must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
                    + "regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
        }
        return problems
    }

    /// What is wrong with a key of a ConfigMap or Secret.
    static func dataKeyProblems(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > subdomainMax { problems.append("must be no more than 253 characters") }
        if text.isEmpty || !text.utf8.allSatisfy({ isAlphanumeric($0) || isJoiner($0) }) {
            problems.append(
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
                    + "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")
        }
        if text == "." {
            problems.append("must not be '.'")
        } else if text == ".." {
            problems.append("must not be '..'")
        } else if text.hasPrefix("..") {
            problems.append("must not start with '..'")
        }
        return problems
    }

    /// What is wrong with the name of an environment variable.
    static func variableNameProblems(_ text: String) -> [String] {
        let isFormed = text.utf8.allSatisfy { isAlphanumeric($0) || isJoiner($0) }
        guard isFormed, !(text.utf8.first.map(isDigit) ?? true) else {
            return [
                "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', "
                    + "and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex "
                    + "used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
            ]
        }
        switch text {
        case ".": return ["must not be '.'"]
        case "..": return ["must not be '..'"]
        default: return text.hasPrefix("..") ? ["must not start with '..'"] : []
        }
    }

    /// What is wrong with the name of an HTTP header.
    static func headerNameProblems(_ text: String) -> [String] {
        let isValid = !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        return isValid
            ? []
            : [
                "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used "
                    + "for validation is '[-A-Za-z0-9]+')"
            ]
    }

    /// What is wrong with the name of a port: at most 15 lower case letters, digits and single hyphens, one of them a
    /// letter. Source: RFC 6335 section 5.1.
    static func portNameProblems(_ text: String) -> [String] {
        let bytes = text.utf8
        let dash = UInt8(ascii: "-")
        var problems: [String] = []
        if bytes.count > 15 { problems.append("must be no more than 15 characters") }
        if !bytes.allSatisfy({ isLower($0) || isDigit($0) || $0 == dash }) || bytes.isEmpty {
            problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !bytes.contains(where: isLower) {
            problems.append("must contain at least one letter or number (a-z, 0-9)")
        }
        if text.contains("--") { problems.append("must not contain consecutive hyphens") }
        if let first = bytes.first, let last = bytes.last, first == dash || last == dash {
            problems.append("must not begin or end with a hyphen")
        }
        return problems
    }

    /// Whether there is nothing wrong with `prefix/name` or `name`.
    private static func isQualifiedName(_ bytes: String.UTF8View) -> Bool {
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else {
            return bytes.count <= labelMax && isWord(bytes)
        }
        let prefix = bytes[..<slash]
        let name = bytes[slash...].dropFirst()
        return prefix.count <= subdomainMax && isSubdomain(prefix) && name.count <= labelMax && isWord(name)
    }

    /// Whether the bytes are labels with dots between them.
    private static func isSubdomain(_ bytes: some Sequence<UInt8>) -> Bool {
        let dot = UInt8(ascii: ".")
        let dash = UInt8(ascii: "-")
        var last = dot
        for byte in bytes {
            switch byte {
            case dot where last == dot || last == dash: return false
            case dash where last == dot: return false
            case dot, dash: break
            default: guard isLower(byte) || isDigit(byte) else { return false }
            }
            last = byte
        }
        return last != dot && last != dash
    }

    private static func isLabel(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        guard isLower(first) || isDigit(first), isLower(last) || isDigit(last) else { return false }
        return bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isWord(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        guard isAlphanumeric(first), isAlphanumeric(last) else { return false }
        return bytes.allSatisfy { isAlphanumeric($0) || isJoiner($0) }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLower(byte) || isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
    private static func isJoiner(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
}
