/// How paths of an Ingress become path patterns of rules.
enum PathPatterns {
    /// The patterns of one path; empty when the path is.
    ///
    /// `Prefix` /a matches /a and everything below; one trailing slash is cut. `Exact` is taken literally. Anything
    /// else is a pattern as the user wrote it.
    static func patterns(of path: IngressPath) throws(BuildProblem) -> [String] {
        guard !path.path.isEmpty else { return [] }
        switch path.pathType {
        case "Exact":
            try refuseWildcards(path, kind: "exact")
            return [path.path]
        case "Prefix":
            try refuseWildcards(path, kind: "prefix")
            if path.path == "/" { return ["/*"] }
            let base = path.path.hasSuffix("/") ? String(path.path.dropLast()) : path.path
            return [base, "\(base)/*"]
        case nil, "ImplementationSpecific":
            return [path.path]
        case let type?:
            throw BuildProblem(
                path.place, "unsupported pathType: \(type)", remedy: "Use Exact, Prefix or ImplementationSpecific.")
        }
    }

    /// The order of a rule's paths: Exact as written, then Prefix from the longest to the shortest, then the rest.
    static func sorted(_ paths: [IngressPath]) -> [IngressPath] {
        let exact = paths.filter { $0.pathType == "Exact" }
        let rest = paths.filter { $0.pathType != "Exact" && $0.pathType != "Prefix" }
        let prefixes = paths.enumerated().filter { $0.element.pathType == "Prefix" }.sorted { left, right in
            let lengths = (left.element.path.utf8.count, right.element.path.utf8.count)
            return lengths.0 == lengths.1 ? left.offset < right.offset : lengths.0 > lengths.1
        }
        return exact + prefixes.map(\.element) + rest
    }

    private static func refuseWildcards(_ path: IngressPath, kind: String) throws(BuildProblem) {
        guard path.path.contains("*") || path.path.contains("?") else { return }
        throw BuildProblem(
            path.place, "\(kind) path shouldn't contain wildcards: \(path.path)",
            remedy: "Use pathType ImplementationSpecific for patterns.")
    }
}
