import Crypto
package import KubernetesModel
import SwiftASN1
import X509

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A certificate authority of our own and the certificate of a webhook that it has signed, as PEM.
///
/// The authority stays the same while it lasts, so that a new serving certificate changes nothing for API servers.
package struct WebhookCertificates: Equatable, Sendable {
    /// How long a serving certificate is valid.
    static let servingLife = Duration.seconds(365 * 86_400)
    /// How long an authority is valid.
    static let authorityLife = Duration.seconds(3_650 * 86_400)
    /// How long before its end a serving certificate is replaced.
    static let renewalMargin = Duration.seconds(120 * 86_400)
    /// How far clocks may differ.
    private static let clockSkew = Duration.seconds(3_600)

    /// What API servers trust: the authority, and the one before it while that lasts.
    package var authority: String
    package var authorityKey: String
    /// The serving certificate.
    package var certificate: String
    package var key: String

    /// Sets every part.
    package init(authority: String, authorityKey: String, certificate: String, key: String) {
        self.authority = authority
        self.authorityKey = authorityKey
        self.certificate = certificate
        self.key = key
    }

    /// A serving certificate for these names, signed by the former authority if that will outlive it.
    ///
    /// - Parameter names: DNS names and IPv4 addresses.
    /// - Throws: what the cryptographic library has against a value.
    package init(for names: [String], following former: WebhookCertificates? = nil, now: Timestamp) throws {
        let ending = now.advanced(by: Self.servingLife + Self.renewalMargin)
        let signer: Signer
        if let former, let known = former.signer, known.certificate.notValidAfter > Self.date(ending) {
            signer = known
            authority = former.authority
        } else {
            signer = try Signer(now: now)
            authority = try signer.certificate.serializeAsPEM().pemString
            // Replicas that have not been given the new certificate yet show one of the former authority.
            if let former, let last = former.signer {
                authority += "\n\(try last.certificate.serializeAsPEM().pemString)"
            }
        }
        authorityKey = try signer.key.serializeAsPEM().pemString
        let servingKey = P256.Signing.PrivateKey()
        let certificate = try signer.sign(Certificate.PrivateKey(servingKey).publicKey, names: names, now: now)
        self.certificate = try certificate.serializeAsPEM().pemString
        key = servingKey.pemRepresentation
    }

    /// Whether a server may show the certificate now, under all these names.
    package func isValid(for names: [String], now: Timestamp) -> Bool {
        guard let serving, (try? Certificate.PrivateKey(pemEncoded: key))?.publicKey == serving.publicKey else {
            return false
        }
        let date = Self.date(now)
        return serving.notValidBefore <= date && date < serving.notValidAfter && Self.names(in: serving) == Set(names)
    }

    /// Whether a new certificate should be made now.
    package func isDue(for names: [String], now: Timestamp) -> Bool {
        guard isValid(for: names, now: now), let serving, signer != nil else { return true }
        return Self.date(now.advanced(by: Self.renewalMargin)) >= serving.notValidAfter
    }

    private var serving: Certificate? { try? Certificate(pemEncoded: certificate) }

    /// The authority that signs, the first of `authority`.
    private var signer: Signer? {
        guard let first = try? PEMDocument.parseMultiple(pemString: authority).first,
            let certificate = try? Certificate(pemDocument: first),
            let key = try? Certificate.PrivateKey(pemEncoded: authorityKey), key.publicKey == certificate.publicKey
        else { return nil }
        return Signer(certificate: certificate, key: key)
    }

    private static func names(in certificate: Certificate) -> Set<String> {
        let names = try? certificate.extensions.subjectAlternativeNames
        return Set(
            (names.map(Array.init) ?? []).compactMap { name in
                switch name {
                case .dnsName(let name): name
                case .ipAddress(let octets): octets.bytes.map { String($0) }.joined(separator: ".")
                default: nil
                }
            })
    }

    fileprivate static func date(_ time: Timestamp) -> Date {
        Date(timeIntervalSince1970: Double(time.secondsSinceEpoch))
    }

    fileprivate static func validity(from now: Timestamp, for life: Duration) -> (from: Date, until: Date) {
        (date(now.advanced(by: .zero - clockSkew)), date(now.advanced(by: life)))
    }
}

/// A certificate authority with its key.
private struct Signer {
    var certificate: Certificate
    var key: Certificate.PrivateKey

    init(certificate: Certificate, key: Certificate.PrivateKey) {
        self.certificate = certificate
        self.key = key
    }

    /// A new one, signed by itself.
    init(now: Timestamp) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        self.key = key
        let name = try DistinguishedName { CommonName("weir-webhook-ca") }
        let validity = WebhookCertificates.validity(from: now, for: WebhookCertificates.authorityLife)
        certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: validity.from, notValidAfter: validity.until, issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: key.publicKey)
            },
            issuerPrivateKey: key)
    }

    /// A serving certificate.
    func sign(_ publicKey: Certificate.PublicKey, names: [String], now: Timestamp) throws -> Certificate {
        let validity = WebhookCertificates.validity(from: now, for: WebhookCertificates.servingLife)
        let authority = SubjectKeyIdentifier(hash: key.publicKey)
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
            notValidBefore: validity.from, notValidAfter: validity.until, issuer: certificate.subject,
            subject: try DistinguishedName { CommonName("weir-webhook") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                AuthorityKeyIdentifier(keyIdentifier: authority.keyIdentifier)
                SubjectAlternativeNames(names.map(Self.generalName))
            },
            issuerPrivateKey: key)
    }

    private static func generalName(_ name: String) -> GeneralName {
        let octets = name.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        return octets.count == 4 ? .ipAddress(ASN1OctetString(contentBytes: octets[...])) : .dnsName(name)
    }
}
