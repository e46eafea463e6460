/// Brings arguments as kubectl's plugins take them into the form that the parser takes.
///
/// There, options that every command has may stand before the command, and a flag may be given a value.
enum ArgumentOrder {
    /// Options of every command that take a value.
    private static let valued: Set<String> = [
        "--kubeconfig", "--context", "--cluster", "--user", "-n", "--namespace", "--as", "--as-group",
        "--as-uid", "-s",
        "--server", "--token", "--request-timeout", "--client-certificate", "--client-key",
        "--certificate-authority",
        "--tls-server-name", "--cache-dir", "-v", "--kloglevel", "--loglevel",
    ]
    /// Flags that may be written `--flag=true`.
    private static let flags: Set<String> = [
        "--watch", "-w", "--no-color", "--full", "--skip-current-step", "-c", "--skip-all-steps", "-a",
        "--all-namespaces", "-A", "--timestamps", "--short", "--insecure-skip-tls-verify",
        "--disable-compression",
        "--offline", "--no-aws",
    ]

    /// The arguments in the order command, options, rest.
    static func arranged(_ arguments: [String]) -> [String] {
        guard let first = arguments.first, isShared(first) else { return withoutFlagValues(arguments) }
        var front: [String] = []
        var rest = arguments[...]
        while let option = rest.first, isShared(option) {
            front.append(rest.removeFirst())
            if valued.contains(option), let value = rest.first {
                front.append(value)
                rest.removeFirst()
            }
        }
        guard !rest.isEmpty else { return withoutFlagValues(front) }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return withoutFlagValues(rest[..<end] + front + rest[end...])
    }

    private static func isShared(_ argument: String) -> Bool {
        let name = argument.split(separator: "=", maxSplits: 1).first.map(String.init) ?? argument
        return valued.contains(name) || name == "--insecure-skip-tls-verify"
            || name == "--disable-compression"
    }

    private static func withoutFlagValues(_ arguments: some Sequence<String>) -> [String] {
        var isRest = false
        return arguments.compactMap { argument in
            if argument == "--" { isRest = true }
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard !isRest, parts.count == 2, flags.contains(parts[0]) else { return argument }
            switch parts[1] {
            case "true", "1", "t", "T", "TRUE", "True": return parts[0]
            case "false", "0", "f", "F", "FALSE", "False":
                return parts[0] == "--watch" || parts[0] == "-w" ? "--no-watch" : nil
            default: return argument
            }
        }
    }
}
