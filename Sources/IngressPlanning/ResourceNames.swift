import Crypto

/// The names that resources get in AWS; the same as the peer's, so that an existing stack is found again.
///
/// A name is readable parts, letters and digits only, and the first ten hexadecimal digits of the SHA-256 of its
/// identity, whose pieces are joined without separators.
enum ResourceNames {
    /// `k8s-<namespace>-<ingress>-<hash>`, at most 32 characters.
    static func loadBalancer(cluster: String, namespace: String, ingress: String, scheme: String) -> String {
        let hash = digest([cluster, "\(namespace)/\(ingress)", scheme])
        return "k8s-\(readable(namespace))-\(readable(ingress))-\(hash)"
    }

    /// What distinguishes one target group of an Ingress from another.
    struct TargetGroupIdentity {
        var cluster: String
        var stack: String
        var namespace: String
        var ingress: String
        var service: String
        var serviceUID: String
        /// The service port as it stands in the Ingress or action: `80` or `http`.
        var servicePort: String
        var port: Int
        var targetType: String
        var targetProtocol: String
        var protocolVersion: String
    }

    /// `k8s-<namespace>-<service>-<hash>`, at most 32 characters; another one when the Service is made anew.
    static func targetGroup(_ identity: TargetGroupIdentity) -> String {
        let hash = digest([
            identity.cluster, identity.stack, identity.namespace, identity.ingress, identity.serviceUID,
            identity.servicePort, "\(identity.port)", identity.targetType, identity.targetProtocol,
            identity.protocolVersion,
        ])
        return "k8s-\(readable(identity.namespace))-\(readable(identity.service))-\(hash)"
    }

    private static func readable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter(isLetterOrDigit).prefix(8)))
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }

    private static func digest(_ pieces: [String]) -> String {
        var hash = SHA256()
        for piece in pieces { hash.update(data: Array(piece.utf8)) }
        let digits = Array("0123456789abcdef")
        var text = ""
        for byte in hash.finalize().prefix(5) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}
