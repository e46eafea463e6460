/// How to reach one API server, as whom.
package struct ClientConfiguration: Hashable, Sendable {
    /// Where this came from, for messages.
    package var source: String
    package var server: ServerAddress
    /// The namespace for requests that name none.
    package var namespace: String
    package var trust: ServerTrust
    /// The name the server's certificate must carry when it is not the address's host.
    package var tlsServerName: String?
    package var clientCertificate: ClientCertificate?
    package var credential: Credential
    /// Headers that make the server act as somebody else.
    package var impersonation: Impersonation
    package var proxy: ProxyAddress?
    /// How long a request other than a watch may take; `nil` is the client's own limit.
    package var requestLimit: Duration?

    package init(
        source: String, server: ServerAddress, namespace: String = "default", trust: ServerTrust = .system,
        tlsServerName: String? = nil, clientCertificate: ClientCertificate? = nil, credential: Credential = .none,
        impersonation: Impersonation = Impersonation(), proxy: ProxyAddress? = nil
    ) {
        self.source = source
        self.server = server
        self.namespace = namespace
        self.trust = trust
        self.tlsServerName = tlsServerName
        self.clientCertificate = clientCertificate
        self.credential = credential
        self.impersonation = impersonation
        self.proxy = proxy
    }
}

/// Which certificates of a server are believed.
package enum ServerTrust: Hashable, Sendable {
    /// The roots of the operating system.
    case system
    /// Only certificates signed by one of these (PEM). Where they came from a file, it is read again now and then,
    /// because clusters rotate their authorities.
    case authorities(pem: [UInt8], file: String? = nil)
    /// Any certificate: `insecure-skip-tls-verify`.
    case anything
}

/// A certificate chain and its key, both PEM, by which the client proves who it is.
package struct ClientCertificate: Hashable, Sendable {
    package var chain: [UInt8]
    package var key: [UInt8]
    /// Where the chain was read, and is read again now and then; `nil` when it was given inline.
    package var chainFile: String?
    /// The same for the key.
    package var keyFile: String?

    package init(chain: [UInt8], key: [UInt8], chainFile: String? = nil, keyFile: String? = nil) {
        self.chain = chain
        self.key = key
        self.chainFile = chainFile
        self.keyFile = keyFile
    }
}

/// What stands in the `Authorization` header, and where it comes from.
package enum Credential: Hashable, Sendable {
    case none
    case token(String)
    /// A file that is read again when its content may have changed; `fallback` while it cannot be read.
    case tokenFile(path: String, fallback: String?)
    case basic(user: String, password: String)
    /// A program that prints an `ExecCredential`.
    case exec(ExecPlugin)
}

/// `as`, `as-uid`, `as-groups` and `as-user-extra` of a kubeconfig user.
package struct Impersonation: Hashable, Sendable {
    /// One key of `as-user-extra`.
    package struct Extra: Hashable, Sendable {
        package var key: String
        package var values: [String]
    }

    package var user: String?
    package var uid: String?
    package var groups: [String]
    package var extras: [Extra]

    package init(user: String? = nil, uid: String? = nil, groups: [String] = [], extras: [Extra] = []) {
        self.user = user
        self.uid = uid
        self.groups = groups
        self.extras = extras
    }
}
