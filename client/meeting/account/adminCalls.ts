import type { z } from 'zod';
import { failure, fromFailure, ProtocolError } from '../../../shared/errors.ts';
import { done } from '../../../shared/protocol/accounts.ts';
import {
  adminAccounts,
  adminInvites,
  adminReports,
  auditPage,
  auditState,
  diagnosis,
  foundMeeting,
  madeInvite,
  overview,
  sitePolicies,
} from '../../../shared/protocol/admin.ts';
import { OWN_PAGE_HEADER } from '../../../shared/protocol/ownPage.ts';
import type { AdminDesk } from '../../ui/admin/adminDesk.ts';
import { callServer } from '../core/rest.ts';

const get = <Form extends z.ZodType>(path: string, form: Form) =>
  callServer(location.origin, `/api/admin${path}`, form);
const post = <Form extends z.ZodType>(path: string, form: Form, body: object = {}) =>
  callServer(location.origin, `/api/admin${path}`, form, body);
const change = async (path: string, body: object): Promise<void> => {
  await post(path, done, body);
};

/** Throws ProtocolError. */
async function fetchFile(path: string): Promise<Blob> {
  try {
    const response = await fetch(`/api/admin${path}`, { headers: { [OWN_PAGE_HEADER]: '1' } });
    if (response.ok) return await response.blob();
    throw fromFailure(failure.parse(await response.json()));
  } catch (cause) {
    throw cause instanceof ProtocolError ? cause : new ProtocolError('unavailable', { cause });
  }
}

/** The administration of the site this page is from. */
export const adminCalls: AdminDesk = {
  overview: () => get('/overview', overview),
  endMeeting: (which) => change('/meetings/end', which),
  findMeeting: (id) => post('/meetings/find', foundMeeting, { id }),
  drain: (node, minutes) => change('/drain', { node, minutes }),
  accounts: async () => (await get('/accounts', adminAccounts)).accounts,
  setRole: (id, role) => change('/accounts/role', { id, role }),
  revokeSessions: (id) => change('/accounts/revoke', { id }),
  removeAccount: (id) => change('/accounts/remove', { id }),
  invites: async () => (await get('/invites', adminInvites)).invites,
  makeInvite: async (invite) => {
    const { path } = await post('/invites', madeInvite, invite);
    return new URL(path, location.origin).href;
  },
  withdrawInvite: (id) => change('/invites/withdraw', { id }),
  policies: () => get('/policies', sitePolicies),
  reports: async () => (await get('/reports', adminReports)).reports,
  fetchReport: (id) => fetchFile(`/reports/${id}`),
  removeReport: (id) => change('/reports/remove', { id }),
  audit: (query) => post('/audit', auditPage, query),
  exportAudit: () => fetchFile('/audit/export'),
  verifyAudit: () => post('/audit/verify', auditState),
  diagnose: () => post('/doctor', diagnosis),
};
