/** The formats that the command line offers for reports. */
import {REPORT_FORMATS} from '../../src/formats.ts';

export const FORMATS_OF_REPORTS = REPORT_FORMATS.names;
