import JSON

/// What a command line says about the connection; it goes before what the kubeconfig says.
///
/// Source: kubectl's global options.
package struct ClientOverrides: Hashable, Sendable {
    /// The cluster's name, in place of the context's.
    package var cluster: String?
    /// The user's name, in place of the context's.
    package var user: String?
    /// The URL of the API server.
    package var server: String?
    /// A bearer token.
    package var token: String?
    package var tlsServerName: String?
    /// Whether any certificate of the server is believed.
    package var skipsVerification = false
    /// A file, relative to the working directory.
    package var certificateAuthority: String?
    /// A file, relative to the working directory.
    package var clientCertificate: String?
    /// A file, relative to the working directory.
    package var clientKey: String?
    package var impersonation = Impersonation()
    /// How long a request other than a watch may take; `nil` leaves the client's own limit.
    package var requestLimit: Duration?

    package init(
        cluster: String? = nil, user: String? = nil, server: String? = nil, token: String? = nil,
        tlsServerName: String? = nil, skipsVerification: Bool = false, certificateAuthority: String? = nil,
        clientCertificate: String? = nil, clientKey: String? = nil, impersonation: Impersonation = Impersonation(),
        requestLimit: Duration? = nil
    ) {
        self.cluster = cluster
        self.user = user
        self.server = server
        self.token = token
        self.tlsServerName = tlsServerName
        self.skipsVerification = skipsVerification
        self.certificateAuthority = certificateAuthority
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
        self.impersonation = impersonation
        self.requestLimit = requestLimit
    }
}

extension ClientOverrides {
    /// A context of nothing but what the command line says.
    var selection: Kubeconfig.Selection {
        let place = Kubeconfig.Entry(name: "command line", body: [:], file: "of the command line")
        return applied(to: Kubeconfig.Selection(context: place, cluster: place, user: place))
    }

    /// The entries of a context with what the command line says in them.
    func applied(to selection: Kubeconfig.Selection) -> Kubeconfig.Selection {
        var selection = selection
        apply(to: &selection.cluster)
        var user = selection.user ?? Kubeconfig.Entry(name: "command line", body: [:], file: selection.cluster.file)
        let before = user.body
        apply(toUser: &user)
        if user.body != before || selection.user != nil { selection.user = user }
        return selection
    }

    private func apply(to cluster: inout Kubeconfig.Entry) {
        if let server { cluster.body["server"] = .string(server) }
        if let tlsServerName { cluster.body["tls-server-name"] = .string(tlsServerName) }
        if skipsVerification {
            for field in ["certificate-authority", "certificate-authority-data"] { cluster.body[field] = nil }
            cluster.body["insecure-skip-tls-verify"] = true
        } else if let certificateAuthority {
            cluster.body["certificate-authority-data"] = nil
            cluster.body["certificate-authority"] = .string(Self.absolute(certificateAuthority))
        }
    }

    /// A token goes before every other way to say who one is.
    private func apply(toUser user: inout Kubeconfig.Entry) {
        if let token {
            for field in ["tokenFile", "username", "password", "exec", "auth-provider"] { user.body[field] = nil }
            user.body["token"] = .string(token)
        }
        for (field, path) in [("client-certificate", clientCertificate), ("client-key", clientKey)] {
            guard let path else { continue }
            user.body["\(field)-data"] = nil
            user.body[field] = .string(Self.absolute(path))
        }
        if let name = impersonation.user { user.body["as"] = .string(name) }
        if let uid = impersonation.uid { user.body["as-uid"] = .string(uid) }
        if !impersonation.groups.isEmpty {
            user.body["as-groups"] = .array(impersonation.groups.map(JSONValue.string))
        }
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(Platform.workingDirectory)/\(path)"
    }
}
