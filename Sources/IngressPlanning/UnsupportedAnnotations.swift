/// The peer's annotations that are recognised and not followed yet.
///
/// Those on which safety or reachability depends are refused, so that nothing is served otherwise than asked for; the
/// rest is reported and passed over.
enum UnsupportedAnnotations {
    /// Suffix to what it would do.
    private static let refused: [(suffix: String, subject: String)] = [
        ("group.name", "sharing one load balancer between Ingresses"),
        ("acm-pca-arn", "issuing certificates"),
        ("create-acm-cert", "issuing certificates"),
        ("enable-frontend-nlb", "a network load balancer in front"),
        ("inbound-cidrs", "restricting who may connect"),
        ("jwt-validation", "token validation"),
        ("multi-cluster-target-group", "target groups shared between clusters"),
        ("mutual-authentication", "client certificates"),
        ("security-group-prefix-lists", "restricting who may connect"),
        ("use-regex-path-match", "paths as regular expressions"),
        ("waf-acl-id", "web application firewalls"),
        ("wafv2-acl-arn", "web application firewalls"),
        ("wafv2-acl-name", "web application firewalls"),
        ("web-acl-id", "web application firewalls"),
    ]

    private static let passedOver: [(suffix: String, subject: String)] = [
        ("customer-owned-ipv4-pool", "address pools"),
        ("group.order", "an order among Ingresses of a group"),
        ("ipam-ipv4-pool-id", "address pools"),
        ("manage-backend-security-group-rules", "security group rules"),
        ("minimum-load-balancer-capacity", "reserved capacity"),
        ("shield-advanced-protection", "Shield protection"),
    ]

    /// Refuses an Ingress that asks for something which may not be left out.
    static func check(_ annotations: Annotations) throws(BuildProblem) {
        for (suffix, subject) in refused {
            guard let entry = annotations.entry(suffix), !isOff(entry) else { continue }
            throw entry.problem(
                "\(quoted(entry.text)) asks for \(subject), which is not supported yet",
                remedy: "Remove the annotation, or leave this Ingress to a controller that supports it.")
        }
        if let entry = annotations.entry("auth-type"), entry.text != "none" {
            throw entry.problem(
                "\(quoted(entry.text)) asks for authentication, which is not supported yet",
                remedy: "Remove the annotation, or leave this Ingress to a controller that supports it.")
        }
        if let (_, entry) = annotations.entries(startingWith: "transforms.").first {
            throw entry.problem(
                "rewriting requests is not supported yet", remedy: "Remove the annotation, or rewrite in the service.")
        }
    }

    /// One sentence for every annotation that is passed over, sorted.
    static func notes(_ annotations: Annotations) -> [String] {
        passedOver.compactMap { suffix, subject in
            annotations.entry(suffix).map { "annotation \($0.key) is passed over: \(subject) is not supported yet" }
        }
    }

    /// Whether a flag is written as off, or an association as none.
    private static func isOff(_ entry: AnnotationEntry) -> Bool {
        ["none", ""].contains(entry.text) || (try? entry.bool()) == false && entry.text != "0"
    }
}
